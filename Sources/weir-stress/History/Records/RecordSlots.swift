/// The attempts that were in flight when a worker ended, as its slots tell.
enum RecordSlots {
    /// Them by their operations, with an outcome that nobody knows.
    static func attempts(
        of page: borrowing RecordPage,
        ended: Int,
        facts: ([Int]) -> [WindowFact]?
    ) throws(HistoryError) -> [Int: Attempt] {
        let size = page.tasks * RecordLayout.slotSize
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
        defer { memory.deallocate() }
        guard try page.file.read(into: memory, at: RecordLayout.slotOffset(0)) == size else {
            throw HistoryError("\(page.file.path) is cut: it has no room for its \(page.tasks) tasks")
        }
        var attempts: [Int: Attempt] = [:]
        for task in 0..<page.tasks {
            let slot = UnsafeRawBufferPointer(
                rebasing: memory[task * RecordLayout.slotSize..<(task + 1) * RecordLayout.slotSize]
            )
            func number(_ field: RecordLayout.SlotField) -> Int {
                slot.load(fromByteOffset: field.offset, as: Int.self)
            }
            func problem(_ text: String) -> HistoryError {
                HistoryError("\(page.file.path), the attempt in flight of task \(task): \(text)")
            }
            switch number(.isInFlight) {
            case 0: continue
            case 1: break
            default: throw problem("the slot is damaged")
            }
            let count = number(.count)
            guard (0...RecordLayout.windowsOfSlot).contains(count) else { throw problem("it has \(count) windows") }
            let windows = (0..<count).map { place in
                Int(slot.load(fromByteOffset: RecordLayout.slotWindowsOffset + place * 4, as: UInt32.self))
            }
            guard let facts = facts(windows) else { throw problem("its windows \(windows) cannot belong together") }
            let (operation, sent) = (number(.operation), number(.sent))
            let attempt = Attempt(
                process: page[.process],
                operation: operation,
                cost: number(.cost),
                sent: sent,
                done: max(sent, ended),
                outcome: .unknown,
                windows: facts
            )
            guard attempts.updateValue(attempt, forKey: operation) == nil else {
                throw problem("another task has the operation \(operation) in flight too")
            }
        }
        return attempts
    }
}
