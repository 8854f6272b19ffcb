/// Hash slots as `CLUSTER NODES` writes them: `0-5460 5470`.
package struct SlotRanges: Sendable, Hashable, CustomStringConvertible {
    /// Those that every cluster has.
    package static let all = 0...16383

    /// In order; none touches another.
    package let ranges: [ClosedRange<Int>]

    /// The slots of a list, which may be in any order.
    package init(_ slots: some Sequence<Int>) { self.init(joining: slots.map { $0...$0 }) }

    /// Reads what `description` writes; nil if it is something else.
    package init?(_ text: some StringProtocol) {
        var ranges: [ClosedRange<Int>] = []
        for word in text.split(separator: " ") {
            let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends[0], let last = ends[ends.count - 1], ends.count <= 2, first <= last,
                Self.all.contains(first), Self.all.contains(last)
            else { return nil }
            ranges.append(first...last)
        }
        self.init(joining: ranges)
    }

    /// Ranges in any order, which may touch or overlap.
    private init(joining ranges: [ClosedRange<Int>]) {
        var joined: [ClosedRange<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, last.upperBound >= range.lowerBound - 1 {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        self.ranges = joined
    }

    /// Each of them, in order.
    package var slots: [Int] { ranges.flatMap { Array($0) } }
    package var count: Int { ranges.reduce(0) { $0 + $1.count } }
    package var isEmpty: Bool { ranges.isEmpty }

    package func contains(_ slot: Int) -> Bool { ranges.contains { $0.contains(slot) } }

    func overlaps(_ other: SlotRanges) -> Bool {
        ranges.contains { range in other.ranges.contains { $0.overlaps(range) } }
    }

    package var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " ")
    }
}
