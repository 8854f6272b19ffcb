import TestSupport
import Testing
import Weir

/// A rule that is not the window's is found out before it can do harm.
@Suite struct LengthTests {
    private static let keys = [Toolbox.group, Toolbox.limits]

    @Test(arguments: ["1ms", "1m", "12h"]) func aShorterRuleDestroysNothing(window: String) async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        let before = try (toolbox.everything(), Int(toolbox.server.command("PTTL", Toolbox.group)) ?? 0)
        for deed in ["refund 1", "reset"] {
            let error = #expect(throws: RedisServer.Failure.self) {
                try toolbox.run("window", Self.keys, "\(deed) 10000/\(window) by anna")
            }
            #expect(error?.description.contains("longer than a window of \(window) can") == true)
        }
        #expect(try toolbox.everything() == before.0 && toolbox.entries().isEmpty)
        #expect(try Int(toolbox.server.command("PTTL", Toolbox.group)) ?? 0 > before.1 - 3_600_000)
        for lines in [
            try toolbox.run("window", Self.keys, "peek 10000/\(window)"),
            try toolbox.run("why", Self.keys, "10000/\(window)"),
        ] {
            #expect(toolbox.value("note", in: lines)?.contains("longer than a window of \(window) can") == true)
        }
    }

    /// The window's own rule is taken, whatever its slices are, also when all of it was used just now.
    @Test(arguments: [(5, 1), (5, 1024), (10_000, 1), (10_000, 128), (10_000, 1024)])
    func theRightRuleIsTaken(limit: Int, slices: Int) async throws {
        let toolbox = try Toolbox()
        let limiter = try toolbox.limiter([
            Rule("group", per: .group, limit: Limit(limit, per: .minute), slices: slices)
        ])
        _ = try await limiter.acquire(Descriptor(group: "acme"), cost: limit)
        await limiter.shutdown()
        let lines = try toolbox.run("window", Self.keys, "peek \(limit)/1m/\(slices)")
        #expect(toolbox.value("note", in: lines) == nil)
        try toolbox.run("window", Self.keys, "refund 1 \(limit)/1m/\(slices) by anna")
        #expect(try toolbox.entries().first?.suffix(2) == ["\(limit)", "\(limit - 1)"])
    }
}
