import HTTPTypes
import Testing
import WeirFields

@testable import WeirClient

/// What a pacer makes of a response that a cache on the way has kept.
@Suite struct PacerOutcomeTests {
    private static func outcome(_ status: Int, _ fields: HTTPFields) -> String {
        let response = PacedResponse.status(status, fields)
        switch PacerOutcome(response, at: .seconds(1_800_000_000), settings: Pacer.Settings()) {
        case .admitted(let reports): return "admitted, \(reports.count) told"
        case .refused(let reports, let wait):
            return "refused, \(reports.count) told, wait \(wait.map { "\($0)" } ?? "none")"
        case .failed: return "failed"
        case .cached: return "cached"
        }
    }

    @Test(arguments: [
        ("0", 429, "refused, 1 told, wait 7.0 seconds"), ("5", 429, "refused, 0 told, wait 7.0 seconds"),
        ("5", 503, "refused, 0 told, wait 7.0 seconds"), ("0", 200, "admitted, 1 told"), ("5", 200, "cached"),
        ("5", 500, "cached"),
    ])
    func aRefusalIsOneHoweverOldItIs(age: String, status: Int, expected: String) {
        let fields: HTTPFields = [.age: age, .retryAfter: "7", .known("RateLimit"): "limit=5, remaining=0, reset=3"]
        #expect(Self.outcome(status, fields) == expected)
    }

    @Test func whatAnOldRefusalTellsOfLimitsIsNotBelieved() {
        let fields: HTTPFields = [.age: "1", .known("RateLimit"): "limit=5, remaining=0, reset=3"]
        #expect(Self.outcome(429, fields) == "refused, 0 told, wait none")
    }

    @Test func anOldRefusalIsSentAgainAndNotHandedOn() throws {
        let times = try VirtualTime.run { time in
            let service = ScriptedService(time) { number, _ in
                .status(number == 1 ? 429 : 200, number == 1 ? [.retryAfter: "7", .age: "2"] : [:])
            }
            let pacer = Pacer(clock: time, startingAt: .seconds(1_800_000_000))
            let answer = try await pacer.perform {
                try await service.request()
            } reading: {
                $0
            }
            #expect(answer.status == .ok)
            return service.times
        }
        #expect(times == [.zero, .milliseconds(7_010)])
    }
}
