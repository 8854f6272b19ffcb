internal import DequeModule

/// A window's entries and how they change: the same rules as `lua/acquire.lua`, which says why.
///
/// Knows no clock: every method is told the time, in microseconds since the epoch.
struct SlidingWindow: Sendable {
    private struct Entry: Sendable {
        let sliceEnd: Int
        var cost: Int
    }

    /// Where a window that only counts stops counting.
    static let ceiling = 1 << 48 - 1
    /// A clock that goes back by more than this is believed.
    private static let toleratedStep = 1_000_000

    private var entries: Deque<Entry> = []
    private(set) var total = 0

    var isEmpty: Bool { entries.isEmpty }

    /// Lets go of what has left, and brings entries that lie in the future (the clock was set back) to this slice.
    ///
    /// Returns whether entries were moved. That has to be kept, or each refusal would move them again.
    mutating func settle(_ terms: Terms, at now: Int) -> Bool {
        while let oldest = entries.first, oldest.sliceEnd + terms.period <= now {
            total -= oldest.cost
            entries.removeFirst()
        }
        guard let newest = entries.last, newest.sliceEnd - terms.slice - now > Self.toleratedStep else { return false }
        let end = Self.sliceEnd(terms, at: now)
        var ahead = 0
        while let newest = entries.last, newest.sliceEnd > end {
            ahead += newest.cost
            entries.removeLast()
        }
        total -= ahead
        add(ahead, to: end)
        return true
    }

    /// Charges; returns whether that changed anything.
    mutating func charge(_ cost: Int, _ terms: Terms, at now: Int) -> Bool {
        let cost = min(cost, Self.ceiling - total)
        guard cost > 0 else { return false }
        add(cost, to: max(Self.sliceEnd(terms, at: now), entries.last?.sliceEnd ?? 0))
        return true
    }

    private mutating func add(_ cost: Int, to sliceEnd: Int) {
        total += cost
        if let newest = entries.last, newest.sliceEnd == sliceEnd {
            entries[entries.count - 1].cost += cost
        } else {
            entries.append(Entry(sliceEnd: sliceEnd, cost: cost))
        }
    }

    /// Takes back from the newest entries, never below zero; returns whether that changed anything.
    mutating func takeBack(_ cost: Int) -> Bool {
        var rest = min(cost, total)
        guard rest > 0 else { return false }
        total -= rest
        while rest > 0, let newest = entries.last {
            guard newest.cost <= rest else {
                entries[entries.count - 1].cost -= rest
                break
            }
            rest -= newest.cost
            entries.removeLast()
        }
        return true
    }

    /// Microseconds until `cost` fits if nobody else comes, for a window that lacks the room now.
    func wait(for cost: Int, limit: Int, _ terms: Terms, at now: Int) -> Int {
        var excess = total + cost - limit
        for entry in entries {
            excess -= entry.cost
            if excess <= 0 { return entry.sliceEnd + terms.period - now }
        }
        return (entries.last?.sliceEnd ?? now) + terms.period - now
    }

    /// Microseconds until the oldest entry leaves, zero if there is none.
    func reset(_ terms: Terms, at now: Int) -> Int {
        entries.first.map { $0.sliceEnd + terms.period - now } ?? 0
    }

    /// When the last entry leaves.
    func lastLeaves(_ terms: Terms) -> Int {
        (entries.last?.sliceEnd ?? 0) + terms.period
    }

    private static func sliceEnd(_ terms: Terms, at now: Int) -> Int {
        now - now % terms.slice + terms.slice
    }
}
