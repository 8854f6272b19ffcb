internal import DequeModule

/// The requests of this client that a server has let in, as far back as they can count, and those that it may have.
///
/// All times are since the pacer began. When the server let one in is not known, only that it did so between its sending
/// and the arrival of its answer. Of more than 1,024, neighbours are kept as one: from the earliest sending to the latest
/// answer.
struct OwnAdmissions: Sendable {
    private struct Entry: Sendable {
        var sent: Duration
        var answered: Duration
        var count: Int
        /// How many of them certainly count.
        var certain: Int
    }

    private static let mostEntries = 1_024

    /// In the order of their answers.
    private var entries: Deque<Entry> = []
    private(set) var total = 0

    init() {}

    /// Adds one whose answer came now, and forgets the oldest of more than `most`.
    mutating func append(sent: Duration, answered: Duration, isCertain: Bool = true, keeping most: Int) {
        entries.append(Entry(sent: sent, answered: answered, count: 1, certain: isCertain ? 1 : 0))
        total += 1
        while let oldest = entries.first, total - oldest.count >= most {
            entries.removeFirst()
            total -= oldest.count
        }
        if entries.count > Self.mostEntries { joinNeighbours() }
    }

    /// How many answers came after one time and not after another.
    func count(answeredAfter start: Duration, upTo end: Duration = .nanoseconds(Int64.max)) -> Int {
        var count = 0
        for entry in entries.reversed() where entry.answered <= end {
            guard entry.answered > start else { break }
            count += entry.count
        }
        return count
    }

    /// The answers that came after `start`, oldest first: when, and to how many.
    func answers(after start: Duration) -> some Sequence<(time: Duration, count: Int)> {
        let first = entries.firstIndex { $0.answered > start } ?? entries.endIndex
        return entries[first...].lazy.map { ($0.answered, $0.count) }
    }

    /// The earliest sending among the `count` newest that certainly count, were answered before `end` and sent after
    /// `start`, if there are so many.
    func earliestSending(ofNewest count: Int, answeredBefore end: Duration, sentAfter start: Duration) -> Duration? {
        var found = 0
        var earliest = end
        for entry in entries.reversed() where entry.answered < end {
            guard found < count else { break }
            guard entry.sent > start else { return nil }
            guard entry.certain > 0 else { continue }
            found += entry.certain
            earliest = min(earliest, entry.sent)
        }
        return found >= count ? earliest : nil
    }

    private mutating func joinNeighbours() {
        var joined: Deque<Entry> = []
        for index in stride(from: 0, to: entries.count, by: 2) {
            var entry = entries[index]
            if index + 1 < entries.count {
                let next = entries[index + 1]
                entry = Entry(
                    sent: min(entry.sent, next.sent),
                    answered: next.answered,
                    count: entry.count + next.count,
                    certain: entry.certain + next.certain
                )
            }
            joined.append(entry)
        }
        entries = joined
    }
}
