internal import StressHistory

/// What the checker knows of one window.
struct Account {
    /// A refund that may have freed room, unseen, for as long as that may matter.
    private struct Forgiven {
        let until: Int
        let units: Int
    }

    /// What the window holds by its documentation; the least that it may hold while there is a ``Doubt``.
    var slices = Slices()
    /// What it admitted, by the exact times.
    var trail = Trail()
    /// In microseconds; zero for a window that no attempt was about.
    private(set) var period = 0
    /// The slices that it has had: an operator's override changes them.
    private var narrowest = Int.max
    private var widest = 0
    /// The window that it was last a part of, or -1.
    private var pool = -1
    /// The place of its doubt, or -1.
    var doubt = -1
    /// The place of its recorder, or -1.
    var recorder = -1

    /// The last decision that told exactly what the window holds.
    private(set) var agreed = Footprint.none
    /// The last denial, if nobody was told exactly since.
    private(set) var denied = Footprint.none
    /// The last attempts that failed, if nobody was told exactly since they did.
    private(set) var failures: [Footprint] = []
    private var forgiven: [Forgiven] = []

    /// The slices that it has had, and the window that it was last a part of.
    var pace: (narrowest: Int, widest: Int, pool: Int) { (narrowest, widest, pool) }

    /// Gets ready for what is said about the window at a time.
    mutating func open(period: Int, slice: Int, pool: Int?, at now: Int) {
        self.period = period
        if slice < narrowest { narrowest = slice }
        if slice > widest { widest = slice }
        if let pool { self.pool = pool }
        slices.settle(now - period)
    }

    /// Notes what a decision told, exactly or not: what had counted by then against the rules would have shown.
    mutating func agree(_ decision: Footprint, isExact: Bool) {
        if decision.outcome == .denied { denied = decision } else if isExact { denied = .none }
        guard isExact else { return }
        agreed = decision
        if !failures.isEmpty { failures.removeAll { $0.done < decision.time } }
    }

    mutating func keepFailure(_ failure: Footprint) {
        if failures.count == 8 { failures.removeFirst() }
        failures.append(failure)
    }

    /// Notes a refund that may have freed room until this time.
    mutating func forgive(_ units: Int, until: Int, at now: Int) {
        forgiven.removeAll { $0.until < now }
        forgiven.append(Forgiven(until: until, units: units))
    }

    /// Units by which the trail may be too high.
    func forgiven(at now: Int) -> Int { forgiven.reduce(0) { $1.until < now ? $0 : $0 + $1.units } }

    /// Goes back to what was known of it at an earlier time; its slices and its pool may still be what they became since.
    mutating func goBack(to past: Account) {
        slices = past.slices
        trail = past.trail
        agreed = past.agreed
        denied = past.denied
        failures = past.failures
        forgiven = past.forgiven
    }

    /// Gives back memory if the window is empty.
    mutating func rest(at now: Int) {
        slices.settle(now - period)
        guard doubt < 0, slices.isEmpty, period > 0 else { return }
        slices = Slices()
        if recorder < 0 { trail = Trail() }
        failures = []
        forgiven.removeAll { $0.until < now }
    }
}
