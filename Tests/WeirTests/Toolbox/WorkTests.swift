import TestSupport
import Testing
import Weir

/// However much is stored, one call runs a bounded number of commands, none of which reads all of a key, and looks at a
/// bounded number of keys.
@Suite struct WorkTests {
    /// What one call made the server do: its commands with how often, and how many keys were looked up.
    private func work(
        _ toolbox: Toolbox,
        _ call: () throws -> [String]
    ) throws -> (
        lines: [String], commands: [String: Int], lookups: Int
    ) {
        try toolbox.server.command("CONFIG", "RESETSTAT")
        let lines = try call()
        var (commands, lookups) = ([String: Int](), 0)
        for line in try toolbox.server.command("INFO", "all").split(whereSeparator: \.isNewline) {
            if let match = line.firstMatch(of: /^cmdstat_([a-z|]+):calls=(\d+),/) {
                commands[String(match.1)] = Int(match.2)
            } else if let match = line.firstMatch(of: /^keyspace_(?:hits|misses):(\d+)/) {
                lookups += Int(match.1) ?? 0
            }
        }
        return (lines, commands, lookups)
    }

    /// A thousand applications in use, each with a limit of its own.
    private func filled() async throws -> Toolbox {
        let toolbox = try Toolbox()
        let limiter = try toolbox.limiter([
            Rule("group", per: .group, limit: Limit(1_000_000, per: .day)),
            Rule("application", observing: .group, .application, per: .day),
        ])
        for number in 1...1000 {
            _ = try await limiter.acquire(Descriptor(group: "acme", application: "app\(number)"), cost: number)
        }
        await limiter.shutdown()
        let fields = (1...1000).flatMap { [":application:a=app\($0)", "5"] }
        _ = try toolbox.server.cli(["HSET", Toolbox.limits] + fields)
        return toolbox
    }

    @Test func aGroupIsToldInStepsThatMissNoApplication() async throws {
        let toolbox = try await filled()
        var (cursor, applications, steps) = ("0", Set<String>(), 0)
        repeat {
            let step = try work(toolbox) {
                try toolbox.run("group", [Toolbox.group, Toolbox.limits, Toolbox.index], "1000000/1d 100 \(cursor)")
            }
            #expect(step.lookups < 150 && step.commands.values.reduce(0, +) < 30, "\(step.commands)")
            for line in step.lines where line.hasPrefix("  app") {
                applications.insert(String(line.split(separator: " ")[0]))
            }
            let words = toolbox.value("cursor", in: step.lines)?.split(separator: " ") ?? ["0"]
            (cursor, steps) = (String(words[0]), steps + 1)
        } while cursor != "0" && steps < 100
        #expect(applications.count == 1000 && steps == 10)
    }

    @Test func aStepThroughTheServerLooksAtAsManyKeysAsAreAskedFor() async throws {
        let toolbox = try await filled()
        let step = try work(toolbox) { try toolbox.run("nearest", [], "0 50 application=5/1d") }
        #expect(step.commands["scan"] == 1 && step.lookups < 300 && step.commands["hgetall"] == nil, "\(step.commands)")
        #expect(step.commands.values.reduce(0, +) < 200, "\(step.commands)")
    }

    @Test func aRaiseDoesNotReadTheOverrides() async throws {
        let toolbox = try await filled()
        try toolbox.run("grant", Toolbox.production, "raise a=crm 1 20000 - :calls by anna")
        let raise = try work(toolbox) { try toolbox.run("grant", Toolbox.production, "raise a=crm 2 20000 - by anna") }
        #expect(raise.commands["hkeys"] == nil && raise.commands["hscan"] == nil, "\(raise.commands)")
        #expect(raise.commands["hgetall"] == 1 && raise.commands.values.reduce(0, +) < 30, "\(raise.commands)")
        #expect(try toolbox.server.command("HEXISTS", Toolbox.limits, "production:calls") == "0", "its day is over")
        #expect(try toolbox.server.command("HGET", Toolbox.limits, "production:group") == "20000")
    }

    @Test func aStepOfAMoveIsOfSoManyBytes() throws {
        let toolbox = try Toolbox()
        for number in 1...20 {
            _ = try toolbox.server.command(
                "EVAL",
                "local t = {} for i = 1, 20000 do t[i] = string.char(math.random(0, 255)) end "
                    + "redis.call('SET', KEYS[1], table.concat(t))",
                "1",
                "weir:{g=acme}:group:a=\(number)"
            )
        }
        let error = #expect(throws: RedisServer.Failure.self) { try toolbox.run("export", ["weir:{g=acme}"], "0 1000") }
        #expect(error?.description.contains("ask for fewer than 1000 at once") == true)
        #expect(try toolbox.run("export", ["weir:{g=acme}"], "0 1").count <= 20)
    }
}
