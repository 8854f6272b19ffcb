import TestSupport
import Weir

/// What becomes of two minutes of requests under 300 units a minute in six slices, second by second.
struct WindowScenario {
    struct Second: Sendable {
        let time: Int
        let asked: Int
        let admitted: Int
        /// What the limiter says that counts.
        let counted: Int
    }

    /// What was admitted in one slice, which leaves together.
    struct Slice: Sendable {
        let start: Int
        let admitted: Int
        var end: Int { start + WindowScenario.slice }
        var leaves: Int { end + WindowScenario.window }
    }

    static let limit = 300
    static let window = 60
    static let slices = 6
    static let slice = 10
    static let length = 130
    /// A client that asks for more and more, and goes on asking when it is refused.
    private static let asked = [4, 8, 12, 10]
    private static let askedLater = 5
    private static let lastAsked = 110

    let seconds: [Second]

    /// Asks a limiter in memory, which decides as the script does, on a clock that this moves.
    init() async throws {
        let clock = ManualClock()
        let store = InMemoryStore(clock: clock, startingAt: .microseconds(ScriptRunner.epoch))
        let rule = Rule("token", per: .token, limit: Limit(Self.limit, per: .seconds(Self.window)), slices: Self.slices)
        let limiter = try RateLimiter(inMemory: store, rules: [rule])
        let descriptor = Descriptor(token: "one")
        var seconds: [Second] = []
        for time in 0..<Self.length {
            let asked = time < Self.lastAsked ? Self.asked.dropFirst(time / Self.slice).first ?? Self.askedLater : 0
            let admitted = asked > 0 ? try await limiter.acquire(descriptor, upTo: asked).usage.charged : 0
            let counted = try await limiter.peek(descriptor)["token"]?.used ?? 0
            seconds.append(Second(time: time, asked: asked, admitted: admitted, counted: counted))
            clock.advance(by: .second)
        }
        self.seconds = seconds
    }

    /// The slices in which anything was admitted.
    var filled: [Slice] {
        stride(from: 0, to: Self.length, by: Self.slice).map { start in
            let admitted = seconds[start..<start + Self.slice].reduce(0) { $0 + $1.admitted }
            return Slice(start: start, admitted: admitted)
        }
        .filter { $0.admitted > 0 }
    }

    /// What was admitted in the window that ends with a second: what no limiter may let grow beyond the limit.
    func trailing(at time: Int) -> Int {
        seconds[max(0, time - Self.window + 1)...time].reduce(0) { $0 + $1.admitted }
    }
}
