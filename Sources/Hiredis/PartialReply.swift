/// A reply that is still coming, part by part: what comes belongs to the innermost array that is not whole yet.
struct PartialReply {
    /// An array whose elements are still to come.
    private struct Open {
        /// How many.
        var missing: Int
        /// Its elements while all of them are integers.
        var integers: [Int] = []
        /// Its elements as soon as one of them is none.
        var others: [Reply] = []

        var reply: Reply { others.isEmpty ? .integers(integers) : .array(others) }

        mutating func add(_ reply: Reply) {
            if others.isEmpty { others = integers.map { .integer($0) } }
            others.append(reply)
            missing -= 1
        }

        mutating func add(_ integer: Int) {
            if others.isEmpty { integers.append(integer) } else { others.append(.integer(integer)) }
            missing -= 1
        }
    }

    /// The array that what comes belongs to; it is in the last of `outer`, that in the one before, and so on.
    private var inner: Open?
    private var outer: [Open] = []
    private var whole: Reply?
    /// About how many bytes all parts need that have come.
    private var size = 0

    /// A reply that needs more memory is not read to its end; ours have a few kilobytes.
    ///
    /// A server can send the elements of an array for as long as it likes, each of which is read as soon as it is there.
    private static let largest = 16 << 20
    /// What hiredis 1.x does not limit; ours are two deep.
    private static let deepest = 32

    /// No room is made for more than this before the elements have come.
    private static let longestReservation = 1 << 16

    /// The reply, once it has come to its end.
    mutating func take() -> Reply {
        // Nothing of this one may become a part of the next, even if it has parts that hiredis has not told of.
        defer { self = PartialReply() }
        return whole ?? .null
    }

    /// An array of so many elements begins.
    ///
    /// - Returns: whether there is room for it, as for what is added; if not, the reply is given up.
    mutating func begin(_ count: Int) -> Bool {
        guard outer.count + 1 < Self.deepest, makeRoom(MemoryLayout<Open>.stride) else { return false }
        if let inner { outer.append(inner) }
        var array = Open(missing: count)
        array.integers.reserveCapacity(min(count, Self.longestReservation))
        inner = array
        closeWhatIsWhole()
        return true
    }

    mutating func add(_ integer: Int) -> Bool {
        guard makeRoom(MemoryLayout<Int>.stride) else { return false }
        if inner == nil { whole = .integer(integer) } else { inner?.add(integer) }
        closeWhatIsWhole()
        return true
    }

    /// Adds a reply whose text has so many bytes.
    mutating func add(_ reply: Reply, length: Int = 0) -> Bool {
        guard makeRoom(MemoryLayout<Reply>.stride + length) else { return false }
        if inner == nil { whole = reply } else { inner?.add(reply) }
        closeWhatIsWhole()
        return true
    }

    private mutating func makeRoom(_ bytes: Int) -> Bool {
        size += bytes
        return size <= Self.largest
    }

    private mutating func closeWhatIsWhole() {
        while inner?.missing == 0, let array = inner {
            inner = outer.popLast()
            if inner == nil { whole = array.reply } else { inner?.add(array.reply) }
        }
    }
}
