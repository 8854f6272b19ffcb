internal import Glibc
internal import Synchronization

/// The first page of a record file, as it is at the moment: a worker may still be writing.
struct RecordPage: ~Copyable {
    let file: OpenFile
    let tasks: Int
    private let memory: MappedMemory

    init(path: String) throws(HistoryError) {
        let file = try OpenFile(path: path, flags: O_RDONLY)
        // To read a mapped page that the file does not have would be a signal.
        guard try file.size() >= RecordLayout.pageSize else {
            throw HistoryError("\(path) is no record file: it is too short")
        }
        let memory = try MappedMemory(file, size: RecordLayout.pageSize, isWritable: false)
        let (magic, version) = (Self.load(memory.start, .magic), Self.load(memory.start, .version))
        guard magic == RecordLayout.magic else {
            throw HistoryError("\(path) is no record file, or not yet: it does not begin with WEIR-REC")
        }
        guard version == RecordLayout.version else {
            throw HistoryError("\(path) has version \(version): this program reads \(RecordLayout.version)")
        }
        let tasks = Self.load(memory.start, .tasks)
        guard RecordLayout.tasks.contains(tasks) else {
            throw HistoryError("\(path) is for \(tasks) tasks: expected 1 to \(RecordLayout.tasks.upperBound)")
        }
        self.file = file
        self.memory = memory
        self.tasks = tasks
    }

    subscript(field: RecordLayout.Field) -> Int { Self.load(memory.start, field) }

    /// Where the records end at the moment; all before that are there.
    func used() throws(HistoryError) -> Int {
        let used = self[.used]
        // A record that is told is read after it was told.
        atomicMemoryFence(ordering: .acquiring)
        let first = RecordLayout.firstBlock(tasks: tasks)
        let size = try file.size()
        guard used >= first, used <= size else {
            throw HistoryError("\(file.path) is damaged: its records end at \(used), expected \(first) to \(size)")
        }
        return used
    }

    private static func load(_ memory: UnsafeMutableRawPointer, _ field: RecordLayout.Field) -> Int {
        let value = memory.load(fromByteOffset: field.offset, as: Int.self)
        atomicMemoryFence(ordering: .acquiring)
        return value
    }
}
