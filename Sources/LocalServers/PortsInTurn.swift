internal import Synchronization

/// Ports that are given out in turn, so that no two who start servers at the same time are given the same.
struct PortsInTurn: ~Copyable {
    let candidates: Range<Int>
    /// How many were given out, from a place that is another in each process.
    private let given: Atomic<Int>

    init(_ candidates: Range<Int>) {
        self.candidates = candidates
        given = Atomic(Int.random(in: 0..<candidates.count))
    }

    /// The next ones, so many in a row.
    func next(inARow count: Int = 1) -> Range<Int> {
        while true {
            let place = given.wrappingAdd(count, ordering: .relaxed).oldValue % candidates.count
            let first = candidates.lowerBound + place
            if first + count <= candidates.upperBound { return first..<first + count }
        }
    }
}
