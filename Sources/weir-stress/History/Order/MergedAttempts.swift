/// Attempts in order, out of runs that each are.
package struct MergedAttempts: ~Copyable {
    /// How much of a run is in memory.
    private static var part: Int { 1 << 18 }

    private let file: OpenFile
    private let memory: UnsafeMutableRawBufferPointer
    private var runs: [SortedRun] = []
    /// The next attempt of each run, with its key.
    private var heads: [Attempt] = []
    private var keys: [SortKey] = []
    /// The runs that have a next attempt, by their places: a heap, the first of them first.
    private var heap: [Int] = []

    init(file: consuming OpenFile, runs ranges: [Range<Int>]) throws(HistoryError) {
        memory = .allocate(byteCount: ranges.count * Self.part, alignment: 8)
        self.file = file
        for (place, range) in ranges.enumerated() {
            let part = memory[place * Self.part..<(place + 1) * Self.part]
            var run = SortedRun(range, in: UnsafeMutableRawBufferPointer(rebasing: part))
            guard let attempt = try run.next(self.file) else { continue }
            heap.append(runs.count)
            runs.append(run)
            heads.append(attempt)
            keys.append(SortKey(attempt))
        }
        for place in heap.indices.reversed() { siftDown(from: place) }
    }

    deinit { memory.deallocate() }

    /// The next attempt, or nil after the last one.
    package mutating func next() throws(HistoryError) -> Attempt? {
        guard let run = heap.first else { return nil }
        let attempt = heads[run]
        if let next = try runs[run].next(file) {
            heads[run] = next
            keys[run] = SortKey(next)
        } else {
            heap[0] = heap[heap.count - 1]
            heap.removeLast()
        }
        siftDown(from: 0)
        return attempt
    }

    private mutating func siftDown(from start: Int) {
        var place = start
        while true {
            var first = place
            for child in [place * 2 + 1, place * 2 + 2] where child < heap.count && isBefore(heap[child], heap[first]) {
                first = child
            }
            guard first != place else { return }
            heap.swapAt(place, first)
            place = first
        }
    }

    /// Of attempts that nothing tells apart, that of the earlier run came first.
    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        if keys[left].isBefore(keys[right]) { return true }
        return left < right && !keys[right].isBefore(keys[left])
    }
}
