internal import StressHistory

/// What the first decision on a window after a failover tells of what the window held before it.
struct FirstTelling {
    let time: Int
    private let period: Int
    private let least: Int
    private let most: Int
    /// Whether decisions of one moment leave open which was the first.
    var isAmbiguous = false
    /// Units of attempts that nobody decided, which may have counted by then and of which the window knows nothing yet.
    var unseen = 0
    /// The same of refunds.
    var unseenRefunds = 0

    init(_ fact: WindowFact, of attempt: Attempt) {
        time = attempt.moment
        period = fact.period
        let told = Told(fact, after: attempt)
        if told.isLeast {
            (least, most) = (told.units, .max)
        } else if attempt.cost < 0 {
            // A refund that leaves nothing may have found less than it asked for.
            most = told.units - attempt.cost
            least = told.units > 0 ? most : 0
        } else {
            least = told.units - (attempt.outcome == .allowed ? attempt.cost : 0)
            most = least
        }
    }

    /// Adds what may have counted unseen, or takes it away.
    mutating func add(_ units: Int) {
        if units > 0 { unseen += units } else { unseenRefunds -= units }
    }

    mutating func remove(_ units: Int) {
        if units > 0 { unseen -= units } else { unseenRefunds += units }
    }

    /// Whether a window can have held that by then.
    func fits(_ account: Account, _ doubt: Doubt?) -> Bool {
        if isAmbiguous { return true }
        let low = account.slices.units(after: time - period) - unseenRefunds - (doubt?.refundable ?? 0)
        let high = (doubt?.high ?? account.slices).units(after: time - period) + (doubt?.open ?? 0) + unseen
        return max(0, low) <= most && least <= high
    }
}
