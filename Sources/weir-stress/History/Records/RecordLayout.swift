/// Where things stand in a record file: a page of numbers, a slot for each task, and blocks of records.
///
/// All numbers have 8 bytes, in the machine's own order: the file does not outlive the run on that machine. No record
/// goes beyond the end of its block, and the first of a block is told apart from the ones before, so one can begin at
/// any block; what is left at the end of one is zero.
enum RecordLayout {
    /// The numbers of the first page, by their places.
    enum Field: Int, CaseIterable {
        case magic, version, process, tasks
        /// The time from which the first record of each block tells when it was sent.
        case base
        /// Where the records end.
        case used
        /// How many attempts were recorded, and how many of these had each outcome.
        case attempts, allowed, denied, unknown, failed
        /// Whether nothing more will come.
        case isClosed

        var offset: Int { rawValue * 8 }

        /// The number that counts an outcome.
        static func counting(_ outcome: Attempt.Outcome) -> Self {
            switch outcome {
            case .allowed: .allowed
            case .denied: .denied
            case .unknown: .unknown
            case .failed: .failed
            }
        }
    }

    /// The place of each number of a slot, in 8 bytes each; the numbers of the windows follow, in 4 bytes each.
    enum SlotField: Int {
        /// One while there is an attempt in flight, zero otherwise.
        case isInFlight
        case operation, cost, sent, count

        var offset: Int { rawValue * 8 }
    }

    /// `WEIR-REC`, as it stands in the file.
    static var magic: Int { Int(bitPattern: UInt("WEIR-REC".utf8.reversed().reduce(0) { $0 << 8 | UInt($1) })) }
    static var version: Int { 1 }
    static var pageSize: Int { 4096 }
    static var slotSize: Int { 128 }
    static var blockSize: Int { 1 << 16 }
    static var slotWindowsOffset: Int { 40 }
    /// How many windows an attempt in flight may have.
    static var windowsOfSlot: Int { (slotSize - slotWindowsOffset) / 4 }
    static var tasks: ClosedRange<Int> { 1...1 << 20 }

    static func slotOffset(_ task: Int) -> Int { pageSize + task * slotSize }

    /// Where the first block begins, in a file for so many tasks.
    static func firstBlock(tasks: Int) -> Int { blockEnd(slotOffset(tasks) - 1) }

    /// Where the block ends in which a byte stands.
    static func blockEnd(_ offset: Int) -> Int { (offset / blockSize + 1) * blockSize }
}
