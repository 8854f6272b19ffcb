internal import StressHistory

/// What a decision tells of how much a window holds.
struct Told {
    let units: Int
    /// Whether it may be more: a window that has nothing left may have been lowered below what it holds.
    let isLeast: Bool

    init(_ fact: WindowFact, after attempt: Attempt) {
        guard let limit = fact.limit else {
            (units, isLeast) = (fact.used ?? 0, false)
            return
        }
        let remaining = fact.remaining ?? 0
        let isEmpty = fact.reset == 0
        isLeast = remaining == 0 && !isEmpty && !(attempt.outcome == .allowed && attempt.cost > 0)
        units = isLeast ? max(limit, 1) : limit - remaining
    }

    func agrees(with total: Int) -> Bool { isLeast ? total >= units : total == units }
}
