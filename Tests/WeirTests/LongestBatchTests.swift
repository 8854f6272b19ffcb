import TestSupport
import Testing
import Weir

/// A batch of the most requests, each over the most windows, and no two neighbours over windows of the same rules.
@Suite struct LongestBatchTests {
    private static let day = 86_400_000_000

    /// A group, fourteen of its parts, and one more window, whose limit is another for every other request.
    private func request(_ place: Int) -> DecisionRequest {
        let pool = Window.Pool(place: 0, index: Array("{g}parts".utf8))
        var windows = [Window(key: Array("{g}".utf8), terms: Terms(limit: 1_000_000, period: Self.day, slices: 128))]
        for part in 1...14 {
            let terms = Terms(limit: nil, period: Self.day, slices: 128)
            windows.append(Window(key: Array("{g}part\(part)".utf8), terms: terms, pool: pool))
        }
        let terms = Terms(limit: 1000 + place % 2, period: 60_000_000, slices: 128)
        windows.append(Window(key: Array("{g}other\(place % 2)".utf8), terms: terms))
        return DecisionRequest(windows, cost: 1)
    }

    @Test func itIsDecided() async throws {
        let runner = try ScriptRunner(RedisServer())
        let requests = (0..<128).map { request($0) }
        var ledger = Ledger()
        let expected = requests.map { ledger.decide($0, at: ScriptRunner.epoch) }
        let verdicts = try await runner.decide(requests, at: ScriptRunner.epoch)
        #expect(zip(requests, verdicts).map { $1.own($0) } == zip(requests, expected).map { $1.own($0) })
        #expect(verdicts.last?.used(0) == 128 && verdicts.last?.used(14) == 128 && verdicts.last?.used(15) == 64)
    }
}
