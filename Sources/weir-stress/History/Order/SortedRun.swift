/// A part of a temporary file whose attempts are in order, and how far it has been read.
struct SortedRun {
    /// Where what was not read yet is in the file.
    private var unread: Range<Int>
    /// Room for the part that is in memory, which belongs to somebody else.
    private let memory: UnsafeMutableRawBufferPointer
    private var (offset, count) = (0, 0)

    init(_ range: Range<Int>, in memory: UnsafeMutableRawBufferPointer) {
        unread = range
        self.memory = memory
    }

    /// The next attempt, or nil at the end.
    mutating func next(_ file: borrowing OpenFile) throws(HistoryError) -> Attempt? {
        // What may be the half of a record is moved to the front, and more is read behind it.
        if count - offset < AttemptEncoder.largestSize(windows: HistoryBounds.windows.upperBound), !unread.isEmpty {
            let rest = UnsafeRawBufferPointer(rebasing: memory[offset..<count])
            memory.copyMemory(from: rest)
            let length = min(unread.count, memory.count - rest.count)
            let room = UnsafeMutableRawBufferPointer(rebasing: memory[rest.count..<(rest.count + length)])
            guard try file.read(into: room, at: unread.lowerBound) == length else {
                throw HistoryError("a temporary file in \(file.path) was cut")
            }
            unread = (unread.lowerBound + length)..<unread.upperBound
            (offset, count) = (0, rest.count + length)
        }
        guard offset < count else { return nil }
        // Each was written for itself: they were written before they were in order.
        var decoder = AttemptDecoder()
        return try decoder.decode(from: UnsafeRawBufferPointer(rebasing: memory[..<count]), at: &offset)
    }
}
