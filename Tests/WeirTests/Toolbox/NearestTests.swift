import SeededRandom
import TestSupport
import Testing
import Weir

/// Step by step, every window is looked at, and the nearest to a limit come first.
@Suite struct NearestTests {
    /// What all steps print, until one says that it was the last.
    private func steps(_ toolbox: Toolbox, count: Int, _ rules: String) throws -> [[String]] {
        var steps: [[String]] = []
        var cursor = "0"
        repeat {
            let lines = try toolbox.run("nearest", [], "\(cursor) \(count) \(rules)")
            steps.append(lines)
            let words = try #require(toolbox.value("cursor", in: lines)).split(separator: " ")
            cursor = words.last == "with" ? String(words[0]) : "0"
        } while cursor != "0" && steps.count < 10_000
        return steps
    }

    @Test func everyWindowIsFoundInSmallSteps() async throws {
        let toolbox = try Toolbox()
        let limiter = try toolbox.limiter([Rule("group", per: .group, limit: Limit(100, per: .day))])
        for number in 1...100 {
            _ = try await limiter.acquire(Descriptor(group: "g\(number)"), cost: number)
            try toolbox.server.command("SET", "other:{\(number)}:group", "theirs")
        }
        await limiter.shutdown()
        let steps = try steps(toolbox, count: 7, "group=100/1d")
        #expect(steps.count > 10, "no step looks at everything")
        var shares: [String: Int] = [:]
        for line in steps.joined() where line.contains("weir:{g=g") {
            let words = line.split(separator: " ")
            shares[String(try #require(words.last))] = Int(words[0])
        }
        #expect(shares.count == 100)
        for number in 1...100 { #expect(shares["weir:{g=g\(number)}:group"] == number) }

        let whole = try toolbox.run("nearest", [], "0 10000 group=100/1d")
        let first = whole.filter { $0.contains(" % ") }.compactMap { Int($0.prefix { $0 != " " }) }
        #expect(first == Array((91...100).reversed()))
        #expect(whole.contains { $0.hasPrefix("and 90 more") })
    }

    @Test func whatOperatorsHaveSetCounts() async throws {
        let toolbox = try Toolbox()
        let limiter = try toolbox.limiter([Rule("group", per: .group, limit: Limit(100, per: .day))])
        for (group, cost) in [("a", 90), ("b", 10), ("c", 1)] {
            _ = try await limiter.acquire(Descriptor(group: group), cost: cost)
        }
        await limiter.shutdown()
        try toolbox.run("override", ["weir:{g=a}/limits"], "set :group 1000 by anna")
        try toolbox.run("override", ["weir:{g=b}/limits"], "set :group 10 by anna")
        try toolbox.run("override", ["weir:{g=c}/limits"], "block :group by anna")
        let lines = try toolbox.run("nearest", [], "0 100 group=100/1d").prefix(3)
        #expect(
            lines.map { $0.split(separator: " ").last } == ["weir:{g=c}:group", "weir:{g=b}:group", "weir:{g=a}:group"]
        )
        #expect(lines[0].hasPrefix("blocked") && lines[1].hasPrefix("100 %") && lines[2].hasPrefix("9 %"))
    }

    @Test func anEndpointWithALimitOfItsOwnIsMeasuredByThat() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        let own = try toolbox.run("nearest", [], "0 100 endpoint=60/1h endpoint@POST%20/objects=5/1h")
        #expect(own[0].hasPrefix("100 %     5 of 5 "))
        let common = try toolbox.run("nearest", [], "0 100 endpoint=60/1h")
        #expect(common[0].hasPrefix("8 %       5 of 60 "))
    }

    @Test func nonsenseIsRefused() throws {
        let toolbox = try Toolbox()
        for arguments in ["", "0", "0 100", "x 100 group=5/1m", "0 0 group=5/1m", "0 10001 group=5/1m", "0 9 group=5"] {
            #expect(throws: RedisServer.Failure.self) { try toolbox.run("nearest", [], arguments) }
        }
        #expect(throws: RedisServer.Failure.self) { try toolbox.run("nearest", [Toolbox.group], "0 9 group=5/1m") }
    }
}
