import StressChecker
import StressHistory

/// A short history around failovers, told line by line; times are microseconds after its start.
struct FailoverStory {
    private static let start = 1_700_000_000_000_000
    static let limit = 9
    static let period = 20_000_000
    /// Those of the two windows, each as text.
    static let slots = keys.map { "\(KeySlot.slot(of: $0))" }
    private static let keys = ["weir:{g=acme}:group", "weir:{g=umbrella}:group"]

    var attempts: [Attempt] = []
    var faults: [Fault] = []
    var hasKeys = true

    /// A story with one failover, from 10,000 to 990,000.
    init(slots: String? = nil) { faults = [failover(from: 10_000, promoted: 990_000, slots: slots)] }

    func failover(from: Int, promoted: Int, slots: String? = nil) -> Fault {
        Fault(
            kind: .failover,
            from: Self.start + from,
            until: Self.start + promoted + 1000,
            slots: slots,
            promoted: Self.start + promoted
        )
    }

    /// A decision on a window of nine units in 20 s, and what it holds afterwards; the reset follows from what was told before.
    mutating func tell(_ outcome: Attempt.Outcome, _ cost: Int = 1, at time: Int, window: Int, used: Int) {
        var fact = fact(window)
        fact.remaining = Self.limit - used
        fact.reset = used == 0 ? 0 : oldest(window, at: time, used) + Self.period - time
        attempts.append(
            Attempt(
                process: 0,
                operation: attempts.count,
                cost: cost,
                sent: Self.start + time - 50,
                done: Self.start + time + 50,
                outcome: outcome,
                source: .redis,
                server: Self.start + time,
                place: 1,
                windows: [fact]
            )
        )
    }

    /// An attempt that nobody saw the end of, or that failed.
    mutating func end(_ outcome: Attempt.Outcome, _ cost: Int, sent: Int, done: Int, window: Int) {
        attempts.append(
            Attempt(
                process: 1,
                operation: attempts.count,
                cost: cost,
                sent: Self.start + sent,
                done: Self.start + done,
                outcome: outcome,
                windows: [fact(window)]
            )
        )
    }

    private func fact(_ window: Int) -> WindowFact {
        WindowFact(window: window, limit: Self.limit, period: Self.period, slice: 1000)
    }

    /// The end of the slice of the oldest admission that is still in the window.
    private func oldest(_ window: Int, at time: Int, _ used: Int) -> Int {
        let first = attempts.first { attempt in
            attempt.cost > 0 && attempt.windows[0].window == window
                && attempt.moment / 1000 * 1000 + 1000 + Self.period > Self.start + time
        }
        let moment = first.map { $0.moment - Self.start } ?? time
        return moment - moment % 1000 + 1000
    }

    /// What the checker finds, the attempts brought in order.
    func findings() -> Findings {
        var names = WindowNames()
        for key in Self.keys {
            let window = names.number(of: WindowNames.Name(rule: "group", subject: key))
            if hasKeys { names.setKey(key, of: window) }
        }
        var checker = FailoverChecker(names: names, faults: faults)
        for attempt in attempts.sorted(by: Attempt.isBefore) { checker.check(attempt) }
        return checker.finish()
    }

    /// The codes of the invariants that are broken.
    var broken: Set<String> { Set(findings().counts.keys.map(\.code)) }
}
