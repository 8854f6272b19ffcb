internal import Glibc
internal import Synchronization

/// What a worker has done, in a file that it shares with whoever asks later: it is there even if the worker is killed.
///
/// The file is mapped into memory, so to record is to write into memory, and what is written there outlives the
/// process. Whatever is read first is written last, behind a fence: killed at any place, the worker leaves a file that
/// tells no half of anything. One thread at a time may use it.
package struct RecordFile: ~Copyable {
    /// Room on the disk is taken for so many bytes at once, so that a full disk is an error here and not a signal.
    private static var reservation: Int { 1 << 24 }

    private var file: OpenFile
    private let memory: MappedMemory
    private let tasks: Int
    private let capacity: Int
    private let base: Int
    private var encoder: AttemptEncoder
    private var used: Int
    private var reserved: Int
    private var isClosed = false

    /// Creates the file, which must not be there.
    ///
    /// - Parameters:
    ///   - path: where.
    ///   - process: the number of the process that records.
    ///   - tasks: how many attempts may be in flight at once.
    ///   - base: the present time, in microseconds since the epoch.
    ///   - capacity: the most bytes that the file may have; only those in use take room on the disk.
    /// - Throws: a ``HistoryError`` if there is such a file, or no room for one.
    package init(
        path: String,
        process: Int,
        tasks: Int,
        base: Int,
        capacity: Int = 8 << 30
    ) throws(HistoryError) {
        guard RecordLayout.tasks.contains(tasks) else {
            throw HistoryError("\(path) cannot be for \(tasks) tasks: expected 1 to \(RecordLayout.tasks.upperBound)")
        }
        let first = RecordLayout.firstBlock(tasks: tasks)
        guard capacity >= first + RecordLayout.blockSize else {
            throw HistoryError("\(path) needs a capacity of \(first + RecordLayout.blockSize) bytes or more")
        }
        let file = try OpenFile(path: path, flags: O_RDWR | O_CREAT | O_EXCL)
        try file.truncate(to: capacity)
        let reserved = min(first + Self.reservation, capacity)
        try file.reserve(0..<reserved)
        let memory = try MappedMemory(file, size: capacity, isWritable: true)
        self.file = file
        self.memory = memory
        self.tasks = tasks
        self.capacity = capacity
        self.base = base
        self.reserved = reserved
        encoder = AttemptEncoder(base: base)
        used = first
        store(process, .process)
        store(tasks, .tasks)
        store(base, .base)
        store(used, .used)
        store(RecordLayout.version, .version)
        // Without it, it is no record file: nobody reads one that is half created.
        atomicMemoryFence(ordering: .releasing)
        store(RecordLayout.magic, .magic)
    }

    /// Notes what a task is about to try, before anything of it is sent.
    ///
    /// A task has one attempt in flight at a time, and one with 22 windows at most.
    package mutating func begin(
        task: Int,
        operation: Int,
        cost: Int,
        sent: Int,
        windows: [Int]
    ) throws(HistoryError) {
        let slot = try slot(of: task)
        guard load(slot, .isInFlight) == 0 else {
            throw HistoryError("\(file.path): task \(task) has an attempt in flight, which is to be recorded first")
        }
        guard windows.count <= RecordLayout.windowsOfSlot else {
            throw HistoryError("\(file.path): an attempt in flight has at most \(RecordLayout.windowsOfSlot) windows")
        }
        // The slot is free before anything else is written into it.
        atomicMemoryFence(ordering: .releasing)
        for (place, window) in windows.enumerated() {
            guard let number = UInt32(exactly: window) else {
                throw HistoryError("\(file.path): \(window) is not the number of a window")
            }
            let offset = RecordLayout.slotWindowsOffset + place * 4
            slot.storeBytes(of: number, toByteOffset: offset, as: UInt32.self)
        }
        store(operation, slot, .operation)
        store(cost, slot, .cost)
        store(sent, slot, .sent)
        store(windows.count, slot, .count)
        atomicMemoryFence(ordering: .releasing)
        store(1, slot, .isInFlight)
        // Whatever the caller sends now comes after.
        atomicMemoryFence(ordering: .releasing)
    }

    /// Adds an attempt that has ended, and with it ends the one that the task has in flight.
    package mutating func record(_ attempt: Attempt, task: Int) throws(HistoryError) {
        let slot = try slot(of: task)
        let (start, length) = try append(attempt)
        used = start + length
        atomicMemoryFence(ordering: .releasing)
        store(used, .used)
        increment(.attempts)
        increment(.counting(attempt.outcome))
        // In between it is both recorded and in flight, which a reader knows to take for one.
        atomicMemoryFence(ordering: .releasing)
        if load(slot, .operation) == attempt.operation { store(0, slot, .isInFlight) }
    }

    /// Ends the file where the records end; nothing can be recorded afterwards.
    package mutating func close() throws(HistoryError) {
        guard !isClosed else { return }
        isClosed = true
        atomicMemoryFence(ordering: .releasing)
        store(1, .isClosed)
        try file.truncate(to: used)
        try file.close()
    }

    /// Writes a record behind the others, where nobody looks for one yet.
    private mutating func append(_ attempt: Attempt) throws(HistoryError) -> (start: Int, length: Int) {
        var (start, encoder) = (used, encoder)
        let size = AttemptEncoder.largestSize(windows: attempt.windows.count)
        if RecordLayout.blockEnd(start) - start < size { start = RecordLayout.blockEnd(start) }
        if start % RecordLayout.blockSize == 0 {
            encoder = AttemptEncoder(base: base)
            try reserve(start + RecordLayout.blockSize)
        }
        let room = RecordLayout.blockEnd(start) - start
        guard
            let length = encoder.encode(
                attempt,
                into: UnsafeMutableRawBufferPointer(start: memory.start + start, count: room)
            )
        else {
            throw HistoryError(
                "\(file.path): operation \(attempt.operation) cannot be recorded: \(AttemptEncoder.expectation)"
            )
        }
        self.encoder = encoder
        return (start, length)
    }

    private mutating func reserve(_ end: Int) throws(HistoryError) {
        guard end <= capacity else {
            throw HistoryError("\(file.path) is full: it was created for \(capacity) bytes at most")
        }
        guard end > reserved else { return }
        let next = min(max(end, reserved + Self.reservation), capacity)
        try file.reserve(reserved..<next)
        reserved = next
    }

    private func slot(of task: Int) throws(HistoryError) -> UnsafeMutableRawPointer {
        guard !isClosed else { throw HistoryError("\(file.path) is closed: nothing more can be recorded") }
        guard (0..<tasks).contains(task) else {
            throw HistoryError("\(file.path) has no task \(task): expected 0 to \(tasks - 1)")
        }
        return memory.start + RecordLayout.slotOffset(task)
    }

    private func increment(_ field: RecordLayout.Field) {
        store(memory.start.load(fromByteOffset: field.offset, as: Int.self) + 1, field)
    }

    private func store(_ value: Int, _ field: RecordLayout.Field) {
        memory.start.storeBytes(of: value, toByteOffset: field.offset, as: Int.self)
    }

    private func store(_ value: Int, _ slot: UnsafeMutableRawPointer, _ field: RecordLayout.SlotField) {
        slot.storeBytes(of: value, toByteOffset: field.offset, as: Int.self)
    }

    private func load(_ slot: UnsafeMutableRawPointer, _ field: RecordLayout.SlotField) -> Int {
        slot.load(fromByteOffset: field.offset, as: Int.self)
    }
}
