/// One block of a record file, and how far it has been read.
struct RecordBlock: ~Copyable {
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: RecordLayout.blockSize, alignment: 8)
    /// Where in the file it begins.
    private var start = 0
    /// How much of it holds records, or zeros at its end.
    private var count = 0
    private var offset = 0
    private var decoder = AttemptDecoder()

    deinit { memory.deallocate() }

    /// Where in the file the next record begins.
    var position: Int { start + offset }

    /// Reads the block that begins at a place, up to where the records end.
    mutating func load(_ page: borrowing RecordPage, at start: Int, used: Int) throws(HistoryError) {
        self.start = start
        offset = 0
        decoder = AttemptDecoder(base: page[.base])
        let expected = min(used - start, RecordLayout.blockSize)
        count = try page.file.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[..<expected]), at: start)
        guard count == expected else {
            throw HistoryError("\(page.file.path) is cut: its records end at \(used), but it ends at \(start + count)")
        }
    }

    /// The next attempt, or nil at the end of the block.
    mutating func next(_ page: borrowing RecordPage) throws(HistoryError) -> Attempt? {
        guard offset < count else { return nil }
        if memory[offset] == 0 {
            // A block that was left for the next one ends with zeros.
            guard count == RecordLayout.blockSize, memory[offset...].allSatisfy({ $0 == 0 }) else {
                throw HistoryError("\(page.file.path), byte \(position): there is no record where one was expected")
            }
            offset = count
            return nil
        }
        let before = position
        do throws(HistoryError) {
            return try decoder.decode(from: UnsafeRawBufferPointer(rebasing: memory[..<count]), at: &offset)
        } catch {
            throw HistoryError("\(page.file.path), byte \(before): \(error)")
        }
    }
}
