internal import StressHistory
internal import Weir

extension RateLimiter {
    /// Makes a request, and writes into the attempt what came of it.
    func attempt(_ attempt: inout Attempt, _ subject: Subject) async {
        do throws(WeirError) {
            let decision: Decision =
                if attempt.cost > 0 {
                    try await acquire(subject.descriptor, cost: attempt.cost)
                } else if attempt.cost < 0 {
                    .allowed(try await refund(subject.descriptor, cost: -attempt.cost))
                } else {
                    .allowed(try await peek(subject.descriptor))
                }
            attempt.done = EpochClock.now
            attempt.tell(decision)
        } catch {
            attempt.done = EpochClock.now
            attempt.outcome = error.mayHaveCounted ? .unknown : .failed
            attempt.error = error.code.description
        }
    }
}

extension Attempt {
    /// An attempt that is made now, as long as nothing is known of what becomes of it.
    init(about subject: Subject, by process: Int, operation: Int, cost: Int) {
        let now = EpochClock.now
        self.init(
            process: process,
            operation: operation,
            cost: cost,
            sent: now,
            done: now,
            outcome: .unknown,
            windows: subject.windows
        )
    }

    fileprivate mutating func tell(_ decision: Decision) {
        let usage = decision.usage
        server = usage.time.microseconds
        place = usage.place
        source = usage.source == .redis ? .redis : .denialMemory
        outcome = decision.isAllowed ? .allowed : .denied
        for (place, rule) in usage.rules.enumerated() where windows.indices.contains(place) {
            windows[place].limit = rule.limit
            windows[place].slice = rule.slice.microseconds
            windows[place].remaining = rule.remaining
            windows[place].used = rule.limit == nil ? rule.used : nil
            windows[place].reset = rule.reset.microseconds
        }
        guard case .denied(let denial) = decision else { return }
        retryAfter = denial.retryAfter?.microseconds
        for (place, rule) in usage.rules.enumerated() where windows.indices.contains(place) {
            windows[place].isViolated = denial.violated.contains(rule.rule)
        }
    }
}
