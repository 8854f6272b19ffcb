import TestSupport
import Testing
import Weir

/// Whatever is done by hand stands in the owner's trail, with who did it, and nothing is done that does not.
@Suite struct AuditTrailTests {
    private struct Deed: CustomTestStringConvertible, Sendable {
        let script: String
        let keys: [String]
        let arguments: String
        let entry: [String]
        var trail = Toolbox.trail
        var testDescription: String { "\(script) \(arguments)" }
    }

    private static let deeds = [
        Deed(
            script: "override",
            keys: [Toolbox.limits],
            arguments: "set :group 5000 2100-01-01",
            entry: ["override", ":group", "-", "5000 4102444800"]
        ),
        Deed(
            script: "override",
            keys: [Toolbox.limits],
            arguments: "block :group",
            entry: ["override", ":group", "5000 4102444800", "0"]
        ),
        Deed(
            script: "override",
            keys: [Toolbox.limits],
            arguments: "unblock :group",
            entry: ["override", ":group", "0", "-"]
        ),
        Deed(
            script: "window",
            keys: [Toolbox.window, Toolbox.limits],
            arguments: "refund 2 5/1h",
            entry: ["refund", String(Toolbox.window.dropFirst("weir:{g=acme}".count)), "5", "3"]
        ),
        Deed(
            script: "window",
            keys: [Toolbox.window, Toolbox.limits],
            arguments: "reset 5/1h",
            entry: ["reset", String(Toolbox.window.dropFirst("weir:{g=acme}".count)), "3", "0"]
        ),
        Deed(
            script: "grant",
            keys: [Toolbox.claim],
            arguments: "claim g=acme",
            entry: ["claim", "production", "0 free", "1 granted g=acme"],
            trail: "weir:{a=crm}/audit"
        ),
        Deed(
            script: "grant",
            keys: Toolbox.production,
            arguments: "raise a=crm 1 20000 -",
            entry: ["raise", "a=crm", "-", "1 20000 -"]
        ),
        Deed(
            script: "grant",
            keys: [Toolbox.claim],
            arguments: "withdraw",
            entry: ["withdraw", "production", "1 granted g=acme", "2 withdrawing g=acme"],
            trail: "weir:{a=crm}/audit"
        ),
        Deed(
            script: "grant",
            keys: Toolbox.production,
            arguments: "lower a=crm 2",
            entry: ["raise", "a=crm", "1 20000 -", "2 - -"]
        ),
        Deed(
            script: "grant",
            keys: [Toolbox.claim],
            arguments: "free 2",
            entry: ["free", "production", "2 withdrawing g=acme", "2 free"],
            trail: "weir:{a=crm}/audit"
        ),
        Deed(
            script: "sites",
            keys: Toolbox.sites,
            arguments: "add docs.example.com crm 6",
            entry: ["site", "/sites", "-", "docs.example.com crm"]
        ),
        Deed(
            script: "sites",
            keys: Toolbox.sites,
            arguments: "remove docs.example.com",
            entry: ["site", "/sites", "docs.example.com crm", "-"]
        ),
        Deed(
            script: "creations",
            keys: Toolbox.objects,
            arguments: "give-back 300 5000 100",
            entry: ["creations", "/objects", "5000", "4700"],
            trail: "weir:{u=GUgStuzKflEsNAw9TTQnqw}/audit"
        ),
        Deed(
            script: "creations",
            keys: Toolbox.objects,
            arguments: "add 10 5000 100",
            entry: ["creations", "/objects", "4700", "4710"],
            trail: "weir:{u=GUgStuzKflEsNAw9TTQnqw}/audit"
        ),
    ]

    @Test func eachDeedLeavesItsEntryAndNoneIsDoneWithoutAName() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        for deed in Self.deeds {
            let before = try (toolbox.everything(), toolbox.entries(deed.trail))
            for missing in ["", " by", " by two names", " anna"] {
                #expect(throws: RedisServer.Failure.self, "\(deed)") {
                    try toolbox.run(deed.script, deed.keys, deed.arguments + missing)
                }
            }
            #expect(try toolbox.everything() == before.0 && toolbox.entries(deed.trail) == before.1, "\(deed)")
            try toolbox.run(deed.script, deed.keys, deed.arguments + " by anna")
            let entries = try toolbox.entries(deed.trail)
            #expect(entries.count == before.1.count + 1, "\(deed)")
            #expect(entries.first == ["anna"] + deed.entry)
            #expect(try toolbox.server.command("PTTL", deed.trail) == "-1", "it never expires")
        }
        let lines = try toolbox.run("audit", [Toolbox.trail], "1")
        #expect(lines[0].contains("anna") && lines[0].hasSuffix("docs.example.com crm -> -"))
    }

    /// Memory for the entry is memory for the deed: with neither, nothing has been done.
    @Test func aFullServerRecordsNothingAndDoesNothing() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        for deed in Self.deeds {
            let before = try (toolbox.everything(), toolbox.entries(deed.trail))
            try toolbox.server.command("CONFIG", "SET", "maxmemory", "1")
            #expect(throws: RedisServer.Failure.self, "\(deed)") {
                try toolbox.run(deed.script, deed.keys, deed.arguments + " by anna")
            }
            try toolbox.server.command("CONFIG", "SET", "maxmemory", "0")
            #expect(try toolbox.everything() == before.0 && toolbox.entries(deed.trail) == before.1, "\(deed)")
            try toolbox.run(deed.script, deed.keys, deed.arguments + " by anna")
        }
    }

    @Test func whereTheTrailIsSomethingElseNothingIsDone() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        for deed in Self.deeds {
            try toolbox.server.command("SET", deed.trail, "theirs")
            let before = try toolbox.everything()
            #expect(throws: RedisServer.Failure.self, "\(deed)") {
                try toolbox.run(deed.script, deed.keys, deed.arguments + " by anna")
            }
            #expect(try toolbox.everything() == before && toolbox.server.command("GET", deed.trail) == "theirs")
            try toolbox.server.command("DEL", deed.trail)
            try toolbox.run(deed.script, deed.keys, deed.arguments + " by anna")
        }
    }

    @Test func whatAServiceDoesBearsItsName() async throws {
        let toolbox = try Toolbox()
        var configuration = RateLimiter.Configuration.patient
        configuration.clientName = "checkout"
        let limiter = try RateLimiter(
            redis: toolbox.server.url,
            rules: Toolbox.groupRules,
            configuration: configuration
        )
        let acme = Descriptor(group: "acme")
        try await limiter.setOverride(LimitOverride(7), of: "group", for: acme)
        try await limiter.removeOverride(of: "group", for: acme)
        try await limiter.removeOverride(of: "group", for: acme)
        await limiter.shutdown()
        let override = ["checkout", "override", ":group"]
        #expect(
            try toolbox.entries() == [override + ["7", "-"], override + ["-", "7"]],
            "nothing removed is no deed"
        )

        let keeper = try QuotaKeeper(redis: toolbox.server.url, configuration: configuration)
        try await keeper.grant(ProductionGrant(group: "acme", application: "crm", calls: 5))
        _ = try await keeper.withdrawGrant(of: "crm")
        await keeper.shutdown()
        #expect(try toolbox.entries().prefix(2).map { $0[0] + $0[1] } == ["checkoutraise", "checkoutraise"])
        let claims = try toolbox.entries("weir:{a=crm}/audit")
        #expect(claims.map { $0[1] } == ["free", "withdraw", "claim"] && claims.allSatisfy { $0[0] == "checkout" })
    }

    @Test func aTrailKeepsTheLastThousandOrSo() throws {
        let toolbox = try Toolbox()
        let source = try Repository.text("lua/limit.lua")
        let loop = "for _ = 1, 3000 do decide(KEYS, ARGV) end return redis.call('XLEN', '\(Toolbox.trail)')"
        let script = "local decide = function(KEYS, ARGV)\n\(source)\nend\n\(loop)"
        let length = try #require(Int(try toolbox.server.command("EVAL", script, "1", Toolbox.limits, ":group", "5")))
        #expect((1000..<1200).contains(length))
    }
}
