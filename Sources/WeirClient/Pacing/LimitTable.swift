internal import WeirFields

/// All limits of which a server has told a client, and the client's own requests that count under them.
struct LimitTable: Sendable {
    /// Limits without a name are told apart by how much they admit.
    private enum Key: Hashable, Sendable {
        case name(String)
        case limit(Int?)

        init(_ report: LimitReport) { self = report.name.map { .name($0) } ?? .limit(report.limit) }
    }

    /// More names than that are made up, or change with each answer.
    private static let most = 16

    private var known: [Key: LimitKnowledge] = [:]
    private var own = OwnAdmissions()

    init() {}

    private var current: some Sequence<LimitKnowledge> { known.values.lazy.filter(\.isCurrent) }

    /// More of the own requests than can count at a time, and some that have left.
    private var mostCounted: Int { (known.values.lazy.map(\.limit).max() ?? 512) * 2 + 16 }

    // MARK: What is told

    /// A request was let in, and its answer told this.
    mutating func admitted(_ reports: [LimitReport], sent: Duration, at now: Duration) {
        let reports = Self.readable(reports)
        // What answers without a word may stand before the server that counts.
        own.append(sent: sent, answered: now, isCertain: !reports.isEmpty, keeping: mostCounted)
        update(reports, sent: sent, at: now, wasAdmitted: true)
    }

    /// A request was refused, and its answer told this.
    mutating func refused(_ reports: [LimitReport], sent: Duration, at now: Duration) {
        update(Self.readable(reports), sent: sent, at: now, wasAdmitted: false)
    }

    /// Those of requests: bytes, or requests at a time, are not counted by what was sent.
    private static func readable(_ reports: [LimitReport]) -> [LimitReport] {
        reports.filter { $0.remaining != nil && ($0.unit ?? "requests") == "requests" }
    }

    private mutating func update(_ reports: [LimitReport], sent: Duration, at now: Duration, wasAdmitted: Bool) {
        guard !reports.isEmpty else {
            if wasAdmitted { for key in known.keys { known[key]?.mayHaveCounted() } }
            return
        }
        var told: Set<Key> = []
        // The same limit told in two forms is told once.
        for report in reports where told.insert(Key(report)).inserted {
            let key = Key(report)
            if known[key] == nil {
                makeRoom()
                known[key] = LimitKnowledge(report, sent: sent, at: now)
            }
            known[key]?.update(report, sent: sent, at: now, wasAdmitted: wasAdmitted, own: own)
        }
        for key in known.keys where !told.contains(key) { known[key]?.wasNotTold() }
    }

    private mutating func makeRoom() {
        guard known.count >= Self.most else { return }
        if let oldest = known.min(by: { $0.value.answered < $1.value.answered }) { known[oldest.key] = nil }
    }

    /// A request has ended of which nobody knows whether it was counted.
    mutating func mayHaveCounted(sent: Duration, at now: Duration) {
        own.append(sent: sent, answered: now, isCertain: false, keeping: mostCounted)
        for key in known.keys { known[key]?.mayHaveCounted() }
    }

    mutating func refuteWindows(at now: Duration) {
        for key in known.keys { known[key]?.refuteWindow(at: now) }
    }

    // MARK: What follows from it

    /// When a request may go under all of them; nil if only an answer can tell.
    func earliest(
        at now: Duration,
        inFlight: Int,
        lastSent: Duration?,
        _ settings: Pacer.Settings
    ) -> Duration? {
        var latest = now
        for limit in current {
            let time = limit.earliest(at: now, own: own, inFlight: inFlight, lastSent: lastSent, settings: settings)
            guard let time else { return nil }
            latest = max(latest, time)
        }
        return latest
    }

    /// Whether a request may go now without relying on what was concluded of a window's length.
    func isSafe(at now: Duration, inFlight: Int) -> Bool {
        current.allSatisfy { $0.isSafe(at: now, own: own, inFlight: inFlight) }
    }

    /// The limit with the smallest part left, what is left of it, and when there is more.
    func tightest(at now: Duration, inFlight: Int) -> (limit: Int, remaining: Int, moreIn: Duration?)? {
        let all = current.map { limit in
            let units = limit.units(at: now, own: own, window: limit.window.bound) - inFlight
            let moreIn = limit.reset.map { max(.zero, limit.answered + $0 - now) }
            return (limit: limit.limit, remaining: min(max(units, 0), limit.limit), moreIn: moreIn)
        }
        return all.min { left, right in
            Double(left.remaining) / Double(left.limit) < Double(right.remaining) / Double(right.limit)
        }
    }
}
