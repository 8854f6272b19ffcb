/// A reply that is still coming, part by part: what comes belongs to the innermost array that is not whole yet.
struct PartialReply {
    /// An array whose elements are still to come.
    private struct Open {
        let count: Int
        /// Its elements while all of them are integers.
        var integers: [Int] = []
        /// Its elements as soon as one of them is none.
        var others: [Reply] = []

        var isWhole: Bool { max(integers.count, others.count) == count }
        var reply: Reply { others.isEmpty ? .integers(integers) : .array(others) }

        mutating func add(_ reply: Reply) {
            if others.isEmpty { others = integers.map { .integer($0) } }
            others.append(reply)
        }

        mutating func add(_ integer: Int) {
            if others.isEmpty { integers.append(integer) } else { others.append(.integer(integer)) }
        }
    }

    private var open: [Open] = []
    private var whole: Reply?

    /// No room is made for more than this before the elements have come.
    private static let longestReservation = 1 << 16

    /// The reply, once it has come to its end.
    mutating func take() -> Reply {
        // Nothing of this one may become a part of the next, even if it has parts that hiredis has not told of.
        defer { self = PartialReply() }
        return whole ?? .null
    }

    /// An array of so many elements begins.
    mutating func begin(_ count: Int) {
        open.append(Open(count: count))
        open[open.count - 1].integers.reserveCapacity(min(count, Self.longestReservation))
        closeWhatIsWhole()
    }

    mutating func add(_ integer: Int) {
        guard !open.isEmpty else { return whole = .integer(integer) }
        open[open.count - 1].add(integer)
        closeWhatIsWhole()
    }

    mutating func add(_ reply: Reply) {
        guard !open.isEmpty else { return whole = reply }
        open[open.count - 1].add(reply)
        closeWhatIsWhole()
    }

    private mutating func closeWhatIsWhole() {
        while !open.isEmpty, open[open.count - 1].isWhole {
            let last = open.removeLast().reply
            if open.isEmpty { whole = last } else { open[open.count - 1].add(last) }
        }
    }
}
