import StressChecker
import StressHistory

/// A short history, told line by line; times are microseconds after its start.
struct CheckerStory {
    /// A moment that is the start of a slice, whatever slices there are.
    static let start = 1_700_000_000_000_000

    var attempts: [Attempt] = []
    var faults: [Fault] = []

    /// A decision by Redis, sent 50 µs before and done 50 µs after it, by a process of its own choice.
    @discardableResult
    mutating func decided(
        _ outcome: Attempt.Outcome,
        _ cost: Int = 1,
        at time: Int,
        place: Int? = 1,
        _ windows: WindowFact...,
        retryAfter: Int? = nil
    ) -> Int {
        let attempt = Attempt(
            process: 0,
            operation: attempts.count,
            cost: cost,
            sent: Self.start + time - 50,
            done: Self.start + time + 50,
            outcome: outcome,
            source: .redis,
            server: Self.start + time,
            place: place,
            windows: windows,
            retryAfter: retryAfter
        )
        attempts.append(attempt)
        return attempts.count - 1
    }

    /// An attempt that nobody saw the end of, or that failed.
    mutating func ended(
        _ outcome: Attempt.Outcome,
        _ cost: Int = 1,
        sent: Int,
        done: Int,
        _ windows: WindowFact...
    ) {
        attempts.append(
            Attempt(
                process: 1,
                operation: attempts.count,
                cost: cost,
                sent: Self.start + sent,
                done: Self.start + done,
                outcome: outcome,
                windows: windows
            )
        )
    }

    /// What the checker finds, the attempts brought in order.
    func findings(watching: Set<Int> = [], bucket: Int = 1000) -> Findings {
        var names = WindowNames()
        for window in 0..<3 { _ = names.number(of: WindowNames.Name(rule: "rule\(window)", subject: "someone")) }
        var checker = Checker(names: names, faults: faults, watching: watching, bucket: bucket)
        for attempt in attempts.sorted(by: Attempt.isBefore) { checker.check(attempt) }
        return checker.finish()
    }

    /// The codes of the invariants that are broken.
    var broken: Set<String> { Set(findings().counts.keys.map(\.code)) }
}

extension WindowFact {
    /// Window 0: two units in 10 ms, in slices of a millisecond.
    static func small(_ left: Int?, reset: Int?, violated: Bool = false) -> WindowFact {
        .limited(0, to: 2, left, reset: reset, violated: violated)
    }

    /// A window of 10 ms.
    static func limited(
        _ window: Int,
        to limit: Int,
        _ left: Int?,
        reset: Int?,
        violated: Bool = false,
        slice: Int = 1000
    ) -> WindowFact {
        WindowFact(
            window: window,
            limit: limit,
            period: 10_000,
            slice: slice,
            remaining: left,
            reset: reset,
            isViolated: violated
        )
    }

    /// A window of nine units in 10 s, in slices of a millisecond.
    static func long(_ window: Int, _ left: Int?, reset: Int?) -> WindowFact {
        WindowFact(window: window, limit: 9, period: 10_000_000, slice: 1000, remaining: left, reset: reset)
    }

    /// A window of 10 ms that only counts, and may be a part of another one of the attempt.
    static func counting(_ window: Int, _ used: Int?, reset: Int?, partOf pool: Int? = nil) -> WindowFact {
        WindowFact(
            window: window,
            limit: nil,
            period: 10_000,
            slice: 1000,
            used: used,
            reset: reset,
            pool: pool
        )
    }
}
