import TestSupport
import Testing
import Weir

/// What an operator is told is what the service answers, and asking changes nothing.
@Suite struct WhyTests {
    private static let keys = [Toolbox.window, Toolbox.group, Toolbox.limits]
    private static let rules = "5/1h 10000/1d"

    private func why(_ toolbox: Toolbox) throws -> [String] { try toolbox.run("why", Self.keys, Self.rules) }

    /// The lines about one window.
    private func part(_ window: String, of lines: [String]) throws -> [String] {
        let start = try #require(lines.firstIndex { $0.hasPrefix("window ") && $0.hasSuffix(window) })
        return Array(lines[start...].prefix { !$0.isEmpty })
    }

    @Test func theVerdictIsThatOfTheService() async throws {
        let toolbox = try Toolbox()
        let limiter = try toolbox.limiter()
        for used in 0...5 {
            let lines = try why(toolbox)
            let isAllowed = try await limiter.peek(Toolbox.request)["endpoint"]?.remaining ?? 0 > 0
            #expect(lines[0].hasPrefix(isAllowed ? "not limited" : "LIMITED"))
            #expect(toolbox.value("used", in: lines) == "\(used) of 5, \(used * 20) %")
            if used < 5 { _ = try await limiter.acquire(Toolbox.request) }
        }
        guard case .denied(let denial) = try await limiter.acquire(Toolbox.request) else {
            Issue.record("admitted")
            return
        }
        let wait = try #require(denial.retryAfter)
        #expect(wait > .seconds(3000) && wait <= .seconds(3601))
        let line = try why(toolbox)[0]
        #expect(line.contains(#/one unit fits in (1 h|1 h 1 min|\d\d min( \d+ s)?), at 2/#), "\(line)")
        await limiter.shutdown()
    }

    @Test func askingChangesNothing() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        let before = try toolbox.everything()
        for _ in 0..<3 {
            _ = try why(toolbox)
            try toolbox.run("group", [Toolbox.group, Toolbox.limits, Toolbox.index], "10000/1d")
            try toolbox.run("nearest", [], "0 1000 group=10000/1d endpoint=5/1h")
            try toolbox.run("window", [Toolbox.group, Toolbox.limits], "peek 10000/1d")
            try toolbox.run("override", [Toolbox.limits], "list")
            try toolbox.run("sites", Toolbox.sites, "list 6")
            try toolbox.run("creations", Toolbox.objects, "show 5000 100")
            try toolbox.run("grant", [Toolbox.claim], "show")
            try toolbox.run("key", [Toolbox.window], "")
            try toolbox.run("audit", [Toolbox.trail], "")
            try toolbox.run("export", ["weir:{g=acme}"], "0")
        }
        #expect(try toolbox.everything() == before)
        #expect(try toolbox.entries().isEmpty)
    }

    @Test func whenceTheLimitIsIsSaid() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        func limit() throws -> String? { toolbox.value("limit", in: try part(Toolbox.group, of: why(toolbox))) }
        #expect(try limit() == "10,000 in 1d, the rule's own")
        try toolbox.run("grant", [Toolbox.claim], "claim g=acme by anna")
        try toolbox.run("grant", Toolbox.production, "raise a=crm 1 20000 - by anna")
        #expect(try limit() == "20,000 in 1d by a production grant; the rule's own: 10,000 in 1d")
        try toolbox.run("override", [Toolbox.limits], "set :group 9000 by anna")
        #expect(try limit() == "9,000 in 1d by an override, until it is removed; the rule's own: 10,000 in 1d")
        try toolbox.run("override", [Toolbox.limits], "block :group by anna")
        #expect(try limit()?.hasPrefix("blocked by an override, until it is removed") == true)
        let lines = try why(toolbox)
        #expect(lines[0] == "LIMITED       one unit fits never, until somebody changes the limit")
        // One that has ended counts no more, and is listed still.
        try toolbox.server.command("HSET", Toolbox.limits, ":group", "5 1000000000")
        try toolbox.server.command("HDEL", Toolbox.limits, "production:group")
        #expect(try limit() == "10,000 in 1d, the rule's own; an override has ended 2001-09-09 01:46:40 UTC")
    }

    @Test func whatIsNoWindowAndWhatIsNoLimitIsSaid() async throws {
        let toolbox = try Toolbox()
        try toolbox.server.command("SET", Toolbox.window, "theirs")
        try toolbox.server.command("HSET", Toolbox.limits, ":group", "10k")
        let lines = try why(toolbox)
        #expect(lines[0].hasPrefix("FAILS"))
        #expect(try part(Toolbox.window, of: lines).last == "fault         the key holds something else than a window")
        #expect(
            try part(Toolbox.group, of: lines).last == "fault         what is set in place of its limit is no limit"
        )
    }

    /// The greatest first, and what is not shown is counted.
    @Test func aGroupIsToldByItsApplicationsUpToAsManyAsAreAskedFor() async throws {
        let toolbox = try Toolbox()
        let limiter = try toolbox.limiter(Toolbox.groupRules)
        for number in 1...30 {
            _ = try await limiter.acquire(
                Descriptor(group: "acme", application: "app\(number % 7 * 10 + number)"),
                cost: number
            )
        }
        await limiter.shutdown()
        for top in [1, 5, 30, 100] {
            let lines = try toolbox.run("group", [Toolbox.group, Toolbox.limits, Toolbox.index], "10000/1d \(top)")
            let rows = lines.drop { !$0.hasPrefix("applications") }.dropFirst().filter { !$0.hasPrefix("  and ") }
            let used = rows.compactMap { Int($0.split(separator: " ")[1]) }
            #expect(used == Array((1...30).reversed().prefix(top)))
            let rest = lines.last { $0.hasPrefix("  and ") }?.split(separator: " ").last
            #expect(rest.map(String.init) == (top < 30 ? "\((1...(30 - top)).reduce(0, +))" : nil))
        }
    }
}
