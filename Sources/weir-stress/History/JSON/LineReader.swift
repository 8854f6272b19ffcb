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
    private var buffer: UnsafeMutableBufferPointer<UInt8>
    private var (start, end) = (0, 0)
    private var isAtEnd = false

    init(path: String) throws(HistoryError) {
        file = try OpenFile(path: path, flags: O_RDONLY)
        buffer = .allocate(capacity: Self.part + Self.margin)
        buffer.initialize(repeating: 0)
    }

    deinit { buffer.deallocate() }

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
                buffer[end] = UInt8(ascii: "\n")
                return line(end - start, hasNewline: false)
            }
            try fill(number)
        }
    }

    private func line(_ length: Int, hasNewline: Bool) -> Line {
        Line(bytes: UnsafeBufferPointer(rebasing: buffer[start..<(start + length)]), hasNewline: hasNewline)
    }

    private func lengthOfLine() -> Int? {
        guard start < end, let base = buffer.baseAddress,
            let newline = memchr(base + start, Int32(UInt8(ascii: "\n")), end - start)
        else { return nil }
        return UnsafeRawPointer(newline) - UnsafeRawPointer(base + start)
    }

    /// Moves the beginning of a line to the front and reads on behind it.
    private mutating func fill(_ number: Int) throws(HistoryError) {
        let rest = end - start
        let old = buffer
        if rest == buffer.count - Self.margin {
            guard rest < Self.most else {
                throw HistoryError("\(file.path), line \(number): the line is longer than \(Self.most) bytes")
            }
            buffer = .allocate(capacity: rest * 2 + Self.margin)
            buffer.initialize(repeating: 0)
        }
        // The bytes may overlap if the buffer is the same.
        if let target = buffer.baseAddress, let source = old.baseAddress { memmove(target, source + start, rest) }
        if old.baseAddress != buffer.baseAddress { old.deallocate() }
        (start, end) = (0, rest)
        let room = UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[rest..<(buffer.count - Self.margin)]
        )
        let count = try file.read(into: room)
        isAtEnd = count < room.count
        end += count
    }
}
