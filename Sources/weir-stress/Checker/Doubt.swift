/// What is not known of one window, because attempts that nobody saw the end of may have counted in it.
///
/// As long as there is a doubt, the slices of the window's ``Account`` are a lower bound and `high` is an upper bound: from
/// any time on, of the units that the window truly holds, no fewer will be left than of the lower bound, and no more than of
/// the upper bound with `open` more units in the current slice. Whatever the script does keeps bounds of this kind: units
/// that join, join both; a refund takes the newest, so that of n units that would be left at a time, max(0, n - cost) are.
/// What a decision tells of the window makes them narrower, and where they meet the doubt ends.
struct Doubt {
    /// An admission that may have counted.
    struct Candidate {
        var record: Int
        let units: Int
        let from: Int
        /// The last time at which it may have counted.
        let until: Int
        /// Whether it may have counted although nothing will show it any more.
        var isClouded = false
    }

    /// A refund that may have been made.
    struct Refund {
        var record: Int
        let units: Int
        let until: Int
    }

    /// How far refunds hide what came unseen.
    enum Blur: Comparable {
        case none
        /// The units that came are as many as ever, but may have been taken in place of others.
        case shape
        /// Some of the units that came may have been taken when there was nothing else to take.
        case units
    }

    var high: Slices
    /// When the window last told exactly what it holds; before the first time, since when there has been a doubt.
    private(set) var since: Int
    /// What refunds since then may have done to units that came unseen.
    private(set) var blur = Blur.none
    private(set) var candidates: [Candidate] = []
    private(set) var refunds: [Refund] = []
    /// Units of candidates that may not have come yet.
    private(set) var open = 0
    /// Units that refunds may have taken, or may yet take.
    private(set) var refundable = 0
    /// When the first candidate can come no more.
    private(set) var firstOver = Int.max
    private(set) var firstRefundOver = Int.max
    /// Units that came with some of the candidates, nobody knows which.
    private(set) var unattributed = 0
    /// How many of the candidates, from the first, are clouded for sure.
    private var clouded = 0

    init(high: Slices, since: Int) {
        self.high = high
        self.since = since
    }

    /// The numbers of the unknown attempts that it is about.
    var records: [Int] { candidates.map(\.record) + refunds.map(\.record) }

    /// Whether nothing is to come that nobody saw.
    var isQuiet: Bool { candidates.isEmpty && refunds.isEmpty }

    mutating func add(_ candidate: Candidate) {
        candidates.append(candidate)
        open += candidate.units
        firstOver = min(firstOver, candidate.until)
    }

    mutating func add(_ refund: Refund) {
        refunds.append(refund)
        refundable += refund.units
        firstRefundOver = min(firstRefundOver, refund.until)
    }

    /// Notes a refund; whether it may have taken more than was known to be there.
    mutating func blur(_ mayHaveTakenUnseen: Bool) {
        if !candidates.isEmpty { blur = max(blur, mayHaveTakenUnseen ? .units : .shape) }
    }

    /// Gives its unknown attempts other numbers.
    mutating func renumber(_ number: (Int) -> Int) {
        for place in candidates.indices { candidates[place].record = number(candidates[place].record) }
        for place in refunds.indices { refunds[place].record = number(refunds[place].record) }
    }

    /// Notes that the window has told exactly what it holds.
    mutating func tell(at now: Int) { (since, blur) = (now, .none) }

    /// Notes that so many units came with some of the candidates, or may have, and nobody knows with which.
    mutating func cloud(_ units: Int) {
        for place in candidates.indices.dropFirst(clouded) { candidates[place].isClouded = true }
        clouded = candidates.count
        unattributed += units
        open = max(0, open - units)
    }

    /// Notes that the candidates at these places may have come and left again unseen.
    mutating func cloud(_ places: [Int]) {
        for place in places { candidates[place].isClouded = true }
    }

    /// Removes the candidates at these places, in ascending order, whose units have been found.
    mutating func remove(_ places: [Int], at now: Int) {
        for place in places.reversed() { candidates.remove(at: place) }
        recount(at: now)
    }

    /// Removes the candidates that can have come no later than before this time; returns them.
    mutating func removeCandidates(before time: Int, at now: Int) -> [Candidate] {
        let removed = candidates.filter { $0.until < time }
        candidates.removeAll { $0.until < time }
        unattributed = max(0, unattributed - removed.reduce(0) { $0 + $1.units })
        recount(at: now)
        return removed
    }

    private mutating func recount(at now: Int) {
        let units = candidates.reduce(0) { $0 + $1.units }
        unattributed = min(unattributed, units)
        open = units - unattributed
        clouded = 0
        // To look through many takes long, so it is not done for every one of them.
        firstOver = max(candidates.map(\.until).min() ?? .max, now + candidates.count)
    }

    /// Removes the refunds that can be made no more; returns them.
    mutating func removeRefunds(before time: Int) -> [Refund] {
        let removed = refunds.filter { $0.until < time }
        refunds.removeAll { $0.until < time }
        refundable = refunds.reduce(0) { $0 + $1.units }
        firstRefundOver = refunds.map(\.until).min() ?? .max
        return removed
    }
}
