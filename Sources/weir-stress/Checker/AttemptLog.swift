internal import StressHistory

/// Attempts in the order in which they came, in few bytes each.
struct AttemptLog {
    /// How far somebody has read.
    struct Cursor {
        fileprivate var offset = 0
        fileprivate var decoder = AttemptDecoder()
    }

    private var bytes: [UInt8] = []
    private var used = 0
    private var encoder = AttemptEncoder()
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Adds an attempt whose form has been found right.
    mutating func append(_ attempt: Attempt) {
        var attempt = attempt
        // It may be of any length, and nobody asks for it.
        attempt.error = nil
        let size = AttemptEncoder.largestSize(windows: attempt.windows.count)
        if bytes.count - used < size { bytes += Array(repeating: 0, count: max(size, used)) }
        let length = bytes.withUnsafeMutableBytes { bytes in
            encoder.encode(attempt, into: UnsafeMutableRawBufferPointer(rebasing: bytes[used...]))
        }
        guard let length else { preconditionFailure("an attempt of a right form has no record") }
        used += length
        count += 1
    }

    /// The next attempt after a cursor, or nil after the last one.
    func next(_ cursor: inout Cursor) -> Attempt? {
        guard cursor.offset < used else { return nil }
        return bytes.withUnsafeBytes { bytes in
            do throws(HistoryError) {
                return try cursor.decoder.decode(from: bytes, at: &cursor.offset)
            } catch {
                preconditionFailure("what was just written cannot be read: \(error)")
            }
        }
    }

    /// Calls a function with every attempt.
    func forEach(_ body: (Attempt) -> Void) {
        var cursor = Cursor()
        while let attempt = next(&cursor) { body(attempt) }
    }
}
