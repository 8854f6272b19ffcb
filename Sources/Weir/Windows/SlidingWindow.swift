internal import DequeModule

/// A window's entries and how they change: the same rules as `lua/acquire.lua`, which says why.
///
/// Knows no clock: every method is told the time, in microseconds since the epoch.
struct SlidingWindow: Sendable {
    private struct Entry: Sendable {
        let sliceEnd: Int
        var cost: Int
    }

    /// A clock that goes back by more than this is believed.
    private static let toleratedStep = 1_000_000

    private var entries: Deque<Entry> = []
    private(set) var total = 0

    var isEmpty: Bool { entries.isEmpty }
    /// The end of the newest slice, zero if there is none.
    var newestEnd: Int { entries.last?.sliceEnd ?? 0 }

    /// Lets go of what has left, and brings entries that lie in the future (the clock was set back) to this slice.
    ///
    /// Returns whether entries were moved. That has to be kept, or each refusal would move them again.
    mutating func settle(_ pace: Pace, at now: Int) -> Bool {
        while let oldest = entries.first, oldest.sliceEnd + pace.period <= now {
            total -= oldest.cost
            entries.removeFirst()
        }
        guard let newest = entries.last, newest.sliceEnd - pace.widest - now > Self.toleratedStep else { return false }
        let end = pace.sliceEnd(at: now)
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
    ///
    /// `earliest` is the slice that it may not lie before: that of the window's pool.
    mutating func charge(_ cost: Int, _ pace: Pace, notBefore earliest: Int = 0, at now: Int) -> Bool {
        let cost = min(cost, Terms.ceiling - total)
        guard cost > 0 else { return false }
        add(cost, to: max(pace.sliceEnd(at: now), newestEnd, earliest))
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

    /// Adds what another one of the same pace counts, in the slices in which it does.
    mutating func merge(_ other: SlidingWindow) {
        var merged: Deque<Entry> = []
        var (own, others) = (entries, other.entries)
        while let next = [own.first, others.first].compactMap({ $0 }).min(by: { $0.sliceEnd < $1.sliceEnd }) {
            var entry = Entry(sliceEnd: next.sliceEnd, cost: 0)
            if own.first?.sliceEnd == next.sliceEnd { entry.cost += own.removeFirst().cost }
            if others.first?.sliceEnd == next.sliceEnd { entry.cost += others.removeFirst().cost }
            merged.append(entry)
        }
        entries = merged
        total += other.total
    }

    /// Takes back from the newest entries, never below zero; returns what was taken from which slices.
    mutating func takeBack(_ cost: Int) -> [(sliceEnd: Int, cost: Int)] {
        var rest = cost
        var taken: [(sliceEnd: Int, cost: Int)] = []
        while rest > 0, let newest = entries.last {
            let part = min(rest, newest.cost)
            taken.append((newest.sliceEnd, part))
            rest -= part
            takeBack(part, from: newest.sliceEnd)
        }
        return taken
    }

    /// Takes back from one slice, as much as there is in it.
    mutating func takeBack(_ cost: Int, from sliceEnd: Int) {
        guard let place = entries.lastIndex(where: { $0.sliceEnd == sliceEnd }) else { return }
        let part = min(cost, entries[place].cost)
        total -= part
        entries[place].cost -= part
        if entries[place].cost == 0 { entries.remove(at: place) }
    }

    /// Microseconds until `cost` fits if nobody else comes, for a window that lacks the room now.
    func wait(for cost: Int, limit: Int, _ pace: Pace, at now: Int) -> Int {
        var excess = total + cost - limit
        for entry in entries {
            excess -= entry.cost
            if excess <= 0 { return entry.sliceEnd + pace.period - now }
        }
        return newestEnd + pace.period - now
    }

    /// Microseconds until the oldest entry leaves, zero if there is none.
    func reset(_ pace: Pace, at now: Int) -> Int {
        entries.first.map { $0.sliceEnd + pace.period - now } ?? 0
    }

    /// When the last entry leaves.
    func lastLeaves(_ pace: Pace) -> Int {
        newestEnd + pace.period
    }
}
