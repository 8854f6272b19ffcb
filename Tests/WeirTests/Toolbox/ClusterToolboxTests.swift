import Hiredis
import LocalServers
import TestSupport
import Testing
import Weir

/// The operator's scripts on a real cluster: with `-c` any node will do, without it nothing is done on the wrong one.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterToolboxTests {
    /// Each line is typed at the next node, whoever has its keys; what names no key, at the primary that has the group.
    @Test func everyLineOfTheManualPrintsTheSameFromAnyNode() async throws {
        let (toolbox, other) = try (await ClusterToolbox.start(), Toolbox())
        try await Toolbox.fill(toolbox.cluster.url)
        var turn = 0
        for example in try Manual.examples() {
            var output: [String] = []
            for line in example.lines {
                if example.isForCluster {
                    output.append(try asked(line, of: toolbox))
                } else if line.contains("--scan --pattern 'weir:{*}") || line.contains("--scan --pattern 'weir:{a=") {
                    for node in toolbox.nodes { output += try Manual.run(line, at: node.place(follows: false)) }
                } else if line.contains("--scan") || line.contains("lua/nearest.lua") {
                    output += try Manual.run(line, at: toolbox.nodes[2].place(follows: false))
                } else {
                    let node = toolbox.nodes[turn % 3]
                    output += try Manual.run(line, at: node.place(follows: true), other: other.place)
                    turn += 1
                }
            }
            let lines = output.filter { !$0.isEmpty }.joined(separator: "\n")
            #expect(Manual.masked(lines) == Manual.masked(example.output), "\(example.lines)")
        }
        #expect(try toolbox.everything().keys.allSatisfy { !$0.hasPrefix("weir:{g=acme}") }, "the group has moved")
        #expect(try other.server.command("HGET", "weir:{g=acme}/production", "a=crm").hasPrefix("2"))
    }

    /// What a line prints that names the nodes itself, with their names in place of the ports that they have here.
    private func asked(_ line: String, of toolbox: ClusterToolbox) throws -> String {
        var command = line.replacing("redis-cli ", with: "redis-cli \(Toolbox.credentials) ").replacing(
            " -h ",
            with: " -p "
        )
        for (place, node) in toolbox.nodes.enumerated() {
            command = command.replacing("node\(place + 1).example", with: "\(node.port)")
        }
        var text = try Tool.run("bash", ["-euo", "pipefail", "-c", command], in: Repository.root)
        for (place, node) in toolbox.nodes.enumerated() {
            text = text.replacing("127.0.0.1:\(node.port)", with: "node\(place + 1).example:6379")
        }
        return text.split(separator: "\n").joined(separator: "\n")
    }

    // MARK: With -c

    /// What is done to the group, its application's claim and a user of one primary, all typed at another one.
    private struct Desk {
        let toolbox: ClusterToolbox
        let node: ClusterToolbox.Node
        let group, application: String
        let user: (value: String, inKeys: String)
        let limiter: RateLimiter
        let keeper: QuotaKeeper

        /// What all keys of the group begin with.
        var owner: String { "weir:{g=\(group)}" }
        var window: String { Toolbox.window.replacing("weir:{g=acme}", with: owner) }
        var request: Descriptor { Toolbox.request(of: group) }

        /// The keys are without what all keys of the group begin with, unless they begin with `weir`.
        func type(_ script: String, _ keys: [String], _ arguments: String, prints expected: String? = nil) throws {
            let keys = keys.map { $0.hasPrefix("weir") ? $0 : owner + $0 }
            let printed = try toolbox.run(script, keys, arguments, at: node)
            guard let expected else { return }
            #expect(Manual.masked(printed) == Manual.masked(expected), "\(script) \(arguments)")
        }
    }

    @Test func whatIsDoneFromAnyNodeIsWhatTheServiceSees() async throws {
        let toolbox = try await ClusterToolbox.start()
        let (url, nodes) = (toolbox.cluster.url, toolbox.nodes)
        let rules = [Toolbox.endpointRule] + Toolbox.groupRules
        let limiter = try RateLimiter(redis: url, rules: rules, configuration: .patient)
        let keeper = try QuotaKeeper(redis: url, configuration: .patient)
        for (place, node) in nodes.enumerated() {
            let desk = Desk(
                toolbox: toolbox,
                node: nodes[(place + 1) % 3],
                group: node.name("g", "group"),
                // Its claim is on the third one.
                application: nodes[(place + 2) % 3].name("a", "app"),
                user: try node.secret(.user, "user"),
                limiter: limiter,
                keeper: keeper
            )
            try await Toolbox.fill(url, group: desk.group, user: desk.user.value)
            try await windowsAreToldAndTakenBack(desk)
            try await limitsAreSetAndTakenAway(desk)
            try await quotasAreChanged(desk)
            try await applicationIsGrantedAndWithdrawn(desk)
            let trail = try toolbox.run("audit", ["\(desk.owner)/audit"], "20", at: desk.node)
            let deeds = trail.split(separator: "\n").filter { $0.contains(" anna ") }.map {
                $0.split(separator: " ")[4]
            }
            let expected = ["reset", "refund", "refund", "override", "override", "override", "override", "site"]
            #expect(deeds.reversed() == (expected + ["raise", "raise"]).map { $0[...] }, "\(trail)")
        }
        await limiter.shutdown()
        await keeper.shutdown()
    }

    private func windowsAreToldAndTakenBack(_ desk: Desk) async throws {
        try desk.type(
            "key",
            [desk.window],
            "",
            prints: """
                key           \(desk.window)
                owner         group \(desk.group)
                is            a window
                rule          endpoint
                token         x2ew9-3R-nuoaiZyHpNAPg, by its hash
                endpoint      POST%20/objects
                limits in     \(desk.owner)/limits, field :endpoint:t=x2ew9-3R-nuoaiZyHpNAPg:e=POST%20/objects
                stored        a string, for 1 h 1 min
                """
        )
        try desk.type(
            "why",
            [desk.window, ":group", "/limits"],
            "5/1h 10000/1d",
            prints: """
                LIMITED       one unit fits in 1 h, at 2026-11-22 20:44:39 UTC

                window        \(desk.window)
                used          5 of 5, 100 %
                limit         5 in 1h, the rule's own
                next leaves   in 1 h, at 2026-11-22 20:44:39 UTC
                one fits      in 1 h, at 2026-11-22 20:44:39 UTC

                window        \(desk.owner):group
                used          8,900 of 10,000, 89 %
                limit         10,000 in 1d, the rule's own
                next leaves   in 24 h 8 min, at 2026-11-23 19:52:30 UTC
                one fits      now
                """
        )
        try desk.type(
            "group",
            [":group", "/limits", ":application"],
            "10000/1d",
            prints: """
                group         \(desk.owner):group
                used          8,900 of 10,000, 89 %
                limit         10,000 in 1d, the rule's own
                next leaves   in 24 h 8 min, at 2026-11-23 19:52:30 UTC

                applications  3
                  crm                           6,200   69 %  next leaves in 24 h 8 min
                  shop                          1,800   20 %  next leaves in 24 h 8 min
                  erp                             900   10 %  next leaves in 24 h 8 min
                """
        )
        try desk.type(
            "window",
            [desk.window, "/limits"],
            "peek 5/1h",
            prints: """
                window        \(desk.window)
                used          5 of 5, 100 %
                remaining     0
                next leaves   in 1 h, at 2026-11-22 20:44:39 UTC
                """
        )
        #expect(try await !desk.limiter.acquire(desk.request).isAllowed)
        try desk.type("window", [desk.window, "/limits"], "reset 5/1h by anna")
        #expect(try await desk.limiter.acquire(desk.request).usage["endpoint"]?.used == 1)
        try desk.type(
            "window",
            [":group", ":application:a=crm", "/limits", ":application"],
            "refund 501 10000/1d -/1d by anna",
            prints: """
                window        \(desk.owner):group
                taken back    501
                used          8,400 of 10,000, 84 %
                window        \(desk.owner):application:a=crm
                taken back    501
                used          5,700
                """
        )
        let usage = try await desk.limiter.usage(of: desk.group)
        #expect(usage.usage.used == 8400 && usage["crm"] == 5700)
    }

    private func limitsAreSetAndTakenAway(_ desk: Desk) async throws {
        func limit() async throws -> Int? { try await desk.limiter.peek(desk.request)["group"]?.limit }
        try desk.type("override", ["/limits"], "set :group 100000 2100-01-01 by anna")
        #expect(try await limit() == 100_000)
        try desk.type("override", ["/limits"], "block :application:a=crm 12h by anna")
        #expect(try await !desk.limiter.acquire(desk.request).isAllowed)
        try desk.type(
            "override",
            ["/limits"],
            "list",
            prints: """
                limits        \(desk.owner)/limits
                  :application:a=crm            blocked, ends in 12 h, at 2026-11-23 07:44:38 UTC
                  :group                        100,000, ends in 26702 d 5 h, at 2100-01-01 00:00:00 UTC
                """
        )
        try desk.type("override", ["/limits"], "unblock :application:a=crm by anna")
        #expect(try await desk.limiter.acquire(desk.request).isAllowed)
        try desk.type("override", ["/limits"], "remove :group by anna")
        #expect(try await limit() == 10_000)
    }

    private func quotasAreChanged(_ desk: Desk) async throws {
        try desk.type(
            "sites",
            ["/sites", "/limits"],
            "add docs.example.com crm 6 by anna",
            prints: """
                docs.example.com  registered
                sites         2 of 6
                """
        )
        let sites = try await desk.keeper.sites(of: desk.group)
        #expect(Set(sites.map(\.identity)) == ["docs.example.com", "shop.example.com"])
        try desk.type(
            "creations",
            ["objects", "limits"].map { "weir:{\(desk.user.inKeys)}/\($0)" },
            "give-back 300 5000 100 by anna",
            prints: """
                objects       4,700 of 5,000
                reached       2026-11-22 19:44:39 UTC
                grows         in 30 d, at 2026-12-22 19:44:39 UTC
                """
        )
        #expect(try await desk.keeper.creations(by: desk.user.value).used == 4700)
    }

    private func applicationIsGrantedAndWithdrawn(_ desk: Desk) async throws {
        let (claim, production) = ("weir:{a=\(desk.application)}/production", ["/production", "/limits"])
        func limit() async throws -> Int? { try await desk.limiter.peek(desk.request)["group"]?.limit }
        try desk.type(
            "grant",
            [claim],
            "claim g=\(desk.group) by anna",
            prints: """
                application   a=\(desk.application)
                version       1
                group         g=\(desk.group) may be raised, and no other
                next          redis-cli --eval lua/grant.lua '\(desk.owner)/production' '\(desk.owner)/limits' , \
                raise a=\(desk.application) 1 CALLS SITES by anna
                """
        )
        try desk.type("grant", production, "raise a=\(desk.application) 1 100000 20 by anna")
        #expect(try await desk.keeper.productionGroup(of: desk.application) == desk.group)
        #expect(try await desk.keeper.siteUsage(of: desk.group).quota == 20)
        #expect(try await limit() == 100_000)
        try desk.type("grant", [claim], "withdraw by anna")
        try desk.type("grant", production, "lower a=\(desk.application) 2 by anna")
        try desk.type("grant", [claim], "free 2 by anna")
        #expect(try await desk.keeper.productionGroup(of: desk.application) == nil)
        #expect(try await limit() == 10_000)
    }

    /// Where no rule counts by group, each token has its own slot.
    @Test func aTokenIsLetInAgainWhereverItsWindowIs() async throws {
        let toolbox = try await ClusterToolbox.start()
        let limiter = try RateLimiter(
            redis: toolbox.cluster.url,
            rules: [Toolbox.endpointRule],
            configuration: .patient
        )
        for (place, node) in toolbox.nodes.enumerated() {
            let token = try node.secret(.token, "token")
            let request = Descriptor(token: token.value, endpoint: "POST /objects")
            for _ in 0..<5 { #expect(try await limiter.acquire(request).isAllowed) }
            #expect(try await !limiter.acquire(request).isAllowed)
            let keys = ["weir:{\(token.inKeys)}:endpoint:e=POST%20/objects", "weir:{\(token.inKeys)}/limits"]
            let printed = try toolbox.run("window", keys, "reset 5/1h by anna", at: toolbox.nodes[(place + 1) % 3])
            #expect(printed.contains("forgotten     5"))
            #expect(try await limiter.acquire(request).isAllowed)
        }
        await limiter.shutdown()
    }

    // MARK: Without -c

    static let questionsAndDeeds: [(script: String, keys: [String], arguments: String)] = [
        ("key", [Toolbox.window], ""),
        ("why", [Toolbox.window, Toolbox.group, Toolbox.limits], "5/1h 10000/1d"),
        ("group", [Toolbox.group, Toolbox.limits, Toolbox.index], "10000/1d"),
        ("window", [Toolbox.window, Toolbox.limits], "peek 5/1h"),
        ("window", [Toolbox.window, Toolbox.limits], "reset 5/1h by anna"),
        ("window", [Toolbox.group, Toolbox.limits], "refund 5 10000/1d by anna"),
        ("override", [Toolbox.limits], "list"),
        ("override", [Toolbox.limits], "set :group 5 by anna"),
        ("override", [Toolbox.limits], "remove :group by anna"),
        ("grant", [Toolbox.claim], "claim g=acme by anna"),
        ("grant", Toolbox.production, "raise a=crm 1 5 5 by anna"),
        ("sites", Toolbox.sites, "add docs.example.com crm 6 by anna"),
        ("creations", Toolbox.objects, "give-back 5 5000 100 by anna"),
        ("audit", [Toolbox.trail], "5"),
        ("export", ["weir:{g=acme}"], "0"),
    ]

    @Test func theWrongNodeSaysWhereTheKeysAreAndDoesNothing() async throws {
        let toolbox = try await ClusterToolbox.start()
        try await Toolbox.fill(toolbox.cluster.url)
        _ = try toolbox.run("override", [Toolbox.limits], "set :group 9000 by bob", at: toolbox.nodes[0])
        let before = try toolbox.everything()
        for (script, keys, arguments) in Self.questionsAndDeeds {
            let slot = HashSlot(of: Array(keys[0].utf8)).number
            for node in toolbox.nodes where !node.slots.contains(slot) {
                let error = #expect(throws: RedisServer.Failure.self, "\(script) \(arguments)") {
                    try toolbox.run(script, keys, arguments, at: node, follows: false)
                }
                let home = try #require(toolbox.nodes.first { $0.slots.contains(slot) })
                let says = error?.description ?? "nothing"
                #expect(says.contains("MOVED \(slot) 127.0.0.1:\(home.port)\n"), "\(script) \(arguments): \(says)")
            }
        }
        #expect(try toolbox.everything() == before)
    }

    /// Also with `-c`: there is no key to go after.
    @Test(arguments: [false, true])
    func eachPrimaryTellsTheNearestOfItsOwn(follows: Bool) async throws {
        let toolbox = try await ClusterToolbox.start()
        for node in toolbox.nodes {
            let user = try node.secret(.user, "user").value
            try await Toolbox.fill(toolbox.cluster.url, group: node.name("g", "group"), user: user)
        }
        for node in toolbox.nodes {
            let owner = "weir:{g=\(node.name("g", "group"))}"
            let rules = "group=10000/1d endpoint=60/1h endpoint@POST%20/objects=5/1h"
            let printed = try toolbox.run("nearest", [], "0 1000 \(rules)", at: node, follows: follows)
            let expected = """
                100 %     5 of 5                        \(Toolbox.window.replacing("weir:{g=acme}", with: owner))
                89 %      8,900 of 10,000               \(owner):group
                windows       2 in this step
                cursor        0, that was all
                """
            #expect(printed == expected)
        }
    }
}
