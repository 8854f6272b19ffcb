import HTTPTypes
import Testing
import WeirClient

/// Servers whose fields are not true: nobody hangs for ever, and nobody spins.
@Suite struct LyingServerTests {
    private struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: ScriptedService.Script
    }

    private static let lies: [Lie] = [
        Lie(testDescription: "nothing ever remains") { _, _ in .dictionary(limit: 5, remaining: 0, reset: 1) },
        Lie(testDescription: "the reset is huge") { _, _ in .dictionary(limit: 5, remaining: 0, reset: 999_999_999) },
        Lie(testDescription: "the reset is zero") { _, _ in .dictionary(limit: 5, remaining: 0, reset: 0) },
        Lie(testDescription: "refused, reset zero") { _, _ in .dictionary(429, limit: 5, remaining: 0, reset: 0) },
        Lie(testDescription: "refused, retry at once") { _, _ in .status(429, [.retryAfter: "0"]) },
        Lie(testDescription: "refused without a word") { _, _ in .status(429) },
        Lie(testDescription: "refused for ever") { _, _ in .status(429, [.retryAfter: "999999999999"]) },
        Lie(testDescription: "much remains of nothing") { _, _ in .dictionary(limit: 0, remaining: 9, reset: 1) },
        Lie(testDescription: "another limit each time") { number, _ in
            .dictionary(limit: number, remaining: number % 3, reset: number % 4)
        },
        Lie(testDescription: "refused although much remains") { number, _ in
            .dictionary(number % 2 == 0 ? 429 : 200, limit: 100, remaining: 99, reset: 1)
        },
        Lie(testDescription: "numbers that overflow") { number, _ in
            .dictionary(number % 5 == 0 ? 429 : 200, limit: .max, remaining: .max, reset: 999_999_999_999_999)
        },
    ]

    @Test(arguments: lies) private func everyRequestEndsAndNobodySpins(lie: Lie) throws {
        let (ended, sleeps, sent) = try VirtualTime.run { time in
            let service = ScriptedService(time, lie.script)
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000), random: { 0.01 })
            let ended = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        for _ in 0..<3 {
                            _ = try? await pacer.perform {
                                try await service.request()
                            } reading: {
                                $0
                            }
                        }
                        return 3
                    }
                }
                return await group.reduce(0, +)
            }
            return (ended, time.sleeps, service.times.count)
        }
        #expect(ended == 30)
        // Five attempts at most, and for each a sleep of the service and a few of whoever is first in the line.
        #expect(sent <= 150)
        #expect(sleeps <= 1_000)
    }
}
