import Foundation
import TestSupport
import Testing
import Weir

/// The article on how the window works: its picture and its figures are what the code does.
@Suite struct WindowArticleTests {
    private static let picture = "Sources/Weir/Weir.docc/sliding-window.svg"

    private func article() throws -> String {
        try Repository.text("Sources/Weir/Weir.docc/HowTheWindowWorks.md")
    }

    /// After a change of the algorithm or the drawing, `WEIR_DRAW=1` draws the picture anew.
    @Test func thePictureIsDrawnFromTheLimiter() async throws {
        let drawn = WindowPicture(scenario: try await WindowScenario()).svg
        if ProcessInfo.processInfo.environment["WEIR_DRAW"] == "1" {
            try drawn.write(to: Repository.root.appending(path: Self.picture), atomically: true, encoding: .utf8)
        }
        #expect(try Repository.text(Self.picture) == drawn, "draw it anew with WEIR_DRAW=1")
        #expect(try article().contains("](sliding-window.svg)"))
    }

    /// The bars are drawn by the formula of the article; that they add up to what the limiter says makes them true.
    @Test func theSlicesOfThePictureAddUpToWhatTheLimiterCounts() async throws {
        let scenario = try await WindowScenario()
        for second in scenario.seconds {
            let counting = scenario.filled.filter { $0.leaves > second.time }
            let ahead = scenario.seconds.dropFirst(second.time + 1).prefix {
                $0.time / WindowScenario.slice == second.time / WindowScenario.slice
            }
            let sum = counting.filter { $0.start <= second.time }.reduce(0) { $0 + $1.admitted }
            #expect(second.counted == sum - ahead.reduce(0) { $0 + $1.admitted })
        }
    }

    @Test func whatWasAdmittedIsNeverMoreThanWhatCountsNorThatMoreThanTheLimit() async throws {
        let scenario = try await WindowScenario()
        for second in scenario.seconds {
            #expect(scenario.trailing(at: second.time) <= second.counted)
            #expect(second.counted <= WindowScenario.limit)
        }
        #expect(scenario.seconds.contains { $0.asked > $0.admitted }, "it asks for more than there is")
    }

    @Test func theArticleTellsThePicturesStory() async throws {
        let (scenario, article) = (try await WindowScenario(), try article())
        let full = try #require(scenario.seconds.first { $0.asked > $0.admitted }?.time)
        let again = try #require(scenario.seconds.first { $0.time > full && $0.admitted > 0 }?.time)
        let first = try #require(scenario.filled.first)
        #expect(article.contains("The first slice takes \(first.admitted) units"))
        #expect(article.contains("At second \(full) the window is full"))
        #expect(article.contains("until second \(again), when the first slice leaves with its \(first.admitted)"))
    }

    /// The most units admitted in any minute to a caller that begins just before a minute of the clock ends, and asks on.
    private func worstMinute(_ admits: (_ now: Int) async throws -> Bool, limit: Int, window: Int) async throws -> Int {
        var admitted: [Int] = []
        for now in [window - 1] + stride(from: window, to: 3 * window, by: 10) {
            while try await admits(now) { admitted.append(now) }
        }
        var (first, worst) = (0, 0)
        for (place, time) in admitted.enumerated() {
            while admitted[first] <= time - window { first += 1 }
            worst = max(worst, place - first + 1)
        }
        return worst
    }

    private func worstMinute(of kind: any MinuteAlgorithm.Type, limit: Int, window: Int) async throws -> Int {
        var algorithm = kind.init()
        return try await worstMinute(
            { algorithm.admits(limit: limit, window: window, at: $0) },
            limit: limit,
            window: window
        )
    }

    private func worstMinuteOfWeir(limit: Int, window: Int) async throws -> Int {
        let clock = ManualClock()
        // A whole minute, so that the clock's minutes are those of the others.
        let store = InMemoryStore(clock: clock, startingAt: .microseconds(ScriptRunner.epoch))
        let rule = Rule("token", per: .token, limit: Limit(limit, per: .milliseconds(window)))
        let limiter = try RateLimiter(inMemory: store, rules: [rule])
        var time = 0
        return try await worstMinute(
            { now in
                clock.advance(by: .milliseconds(now - time))
                time = now
                return try await limiter.acquire(Descriptor(token: "one")).isAllowed
            },
            limit: limit,
            window: window
        )
    }

    @Test func theWorstMinuteOfEachAlgorithm() async throws {
        let article = try article()
        let (limit, window) = (1000, 60_000)
        let others: [(name: String, kind: any MinuteAlgorithm.Type)] = [
            ("fixed window", FixedWindow.self), ("two buckets", TwoBuckets.self),
            ("GCRA, a token bucket", GenericCellRate.self),
        ]
        for (name, kind) in others {
            let worst = try await worstMinute(of: kind, limit: limit, window: window)
            #expect(
                article.contains("| \(name) | \(worst.formatted(.number.locale(Locale(identifier: "en_US")))) |"),
                "\(name): \(worst)"
            )
        }
        let worst = try await worstMinuteOfWeir(limit: limit, window: window)
        #expect(worst == limit)
        #expect(article.contains("| Weir's slices | 1,000 |"))
    }
}
