internal import Glibc

/// Reads a file line by line, with no more of it in memory than a part.
struct LineReader: ~Copyable {
    struct Line {
        /// Without its newline; after them stand a newline and 16 bytes more, until the next line is read.
        let bytes: UnsafeBufferPointer<UInt8>
        /// False only at the end of a file that ends without a newline.
        let hasNewline: Bool
    }

    /// What is read at once, and how long a line may be.
    private static let (part, most) = (1 << 20, 1 << 28)
    /// A newline that the file may lack, and what may be read behind it.
    private static let margin = 1 + 16

    private let file: OpenFile
    private var memory: UnsafeMutableRawBufferPointer
    private var (start, end) = (0, 0)
    private var isAtEnd = false

    init(path: String) throws(HistoryError) {
        file = try OpenFile(path: path, flags: O_RDONLY)
        memory = Self.allocate(Self.part)
    }

    deinit { memory.deallocate() }

    /// Memory for so many bytes and the margin, all zero.
    private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count + margin, alignment: 8)
        if let start = memory.baseAddress { memset(start, 0, memory.count) }
        return memory
    }

    /// The next line, or nil after the last; number is its place in the file, for errors.
    mutating func next(number: Int) throws(HistoryError) -> Line? {
        while true {
            if let length = lengthOfLine() {
                defer { start += length + 1 }
                return line(length, hasNewline: true)
            }
            if isAtEnd {
                guard start < end else { return nil }
                defer { start = end }
                memory[end] = UInt8(ascii: "\n")
                return line(end - start, hasNewline: false)
            }
            try fill(number)
        }
    }

    private func line(_ length: Int, hasNewline: Bool) -> Line {
        let bytes = UnsafeRawBufferPointer(rebasing: memory[start..<(start + length)])
        return Line(bytes: bytes.assumingMemoryBound(to: UInt8.self), hasNewline: hasNewline)
    }

    private func lengthOfLine() -> Int? {
        guard start < end, let base = memory.baseAddress,
            let newline = memchr(base + start, Int32(UInt8(ascii: "\n")), end - start)
        else { return nil }
        return UnsafeRawPointer(newline) - UnsafeRawPointer(base + start)
    }

    /// Moves the beginning of a line to the front and reads on behind it.
    private mutating func fill(_ number: Int) throws(HistoryError) {
        let rest = UnsafeRawBufferPointer(rebasing: memory[start..<end])
        (start, end) = (0, rest.count)
        if rest.count < memory.count - Self.margin {
            memory.copyMemory(from: rest)
        } else {
            guard rest.count < Self.most else {
                throw HistoryError("\(file.path), line \(number): the line is longer than \(Self.most) bytes")
            }
            let larger = Self.allocate(rest.count * 2)
            larger.copyMemory(from: rest)
            memory.deallocate()
            memory = larger
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[end..<(memory.count - Self.margin)])
        let count = try file.read(into: room)
        isAtEnd = count < room.count
        end += count
    }
}
