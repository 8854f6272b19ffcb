/// Writes attempts in few bytes, for files that nobody but Weir reads.
///
/// An attempt with two windows takes about 50 bytes. First the number of windows and one, so never a zero: zeros are
/// where no record is. Then what is there, as bits; then the numbers, 7 bits a byte, times as differences. The time at
/// which an attempt was sent is told as the difference to the attempt before.
package struct AttemptEncoder: Sendable {
    /// When the attempt before was sent.
    private var previous: Int

    /// Begins after an attempt that was sent at that time; the decoder must be told the same.
    package init(base: Int = 0) { previous = base }

    /// The most bytes that an attempt with so many windows takes.
    package static func largestSize(windows: Int) -> Int {
        2 + AttemptRecord.numbers * AttemptRecord.longestNumber + 1 + HistoryBounds.errors.upperBound
            + windows * (1 + AttemptRecord.numbersOfWindow * AttemptRecord.longestNumber)
    }

    /// What is expected of an attempt that has room enough and still is not written.
    static var expectation: String {
        let (windows, error) = (HistoryBounds.windows.upperBound, HistoryBounds.errors.upperBound)
        return "expected at most \(windows) windows, and \(error) bytes of error"
    }

    /// Writes an attempt, and returns how many bytes it took.
    ///
    /// Nil, and nothing is written, if there is less room than ``largestSize(windows:)``, or if there are more than 64
    /// windows or a word for an error of more than 64 bytes.
    package mutating func encode(_ attempt: Attempt, into bytes: UnsafeMutableRawBufferPointer) -> Int? {
        let errorLength = attempt.error?.utf8.count ?? 0
        guard let start = bytes.baseAddress, attempt.windows.count <= HistoryBounds.windows.upperBound,
            errorLength <= HistoryBounds.errors.upperBound,
            bytes.count >= Self.largestSize(windows: attempt.windows.count)
        else { return nil }
        var output = Output(place: start)
        output.put(UInt8(attempt.windows.count + 1))
        output.put(AttemptRecord(attempt).rawValue)
        output.put(attempt.process)
        output.put(attempt.operation)
        output.put(signed: attempt.cost)
        output.put(signed: attempt.sent &- previous)
        output.put(signed: attempt.done &- attempt.sent)
        if let server = attempt.server { output.put(signed: server &- attempt.sent) }
        if let place = attempt.place { output.put(place) }
        if let retryAfter = attempt.retryAfter { output.put(retryAfter) }
        if let error = attempt.error {
            output.put(UInt8(errorLength))
            for byte in error.utf8 { output.put(byte) }
        }
        for index in attempt.windows.indices { output.put(attempt.windows[index]) }
        previous = attempt.sent
        return output.place - start
    }

    private struct Output {
        var place: UnsafeMutableRawPointer

        mutating func put(_ byte: UInt8) {
            place.storeBytes(of: byte, as: UInt8.self)
            place += 1
        }

        /// A number that is rarely negative: seven bits a byte, the lowest first.
        mutating func put(_ number: Int) {
            var rest = UInt(bitPattern: number)
            while rest >= 0x80 {
                put(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            put(UInt8(truncatingIfNeeded: rest))
        }

        /// A number whose sign is its lowest bit, so that those near zero take one byte.
        mutating func put(signed number: Int) { put((number << 1) ^ (number >> (Int.bitWidth - 1))) }

        mutating func put(_ fact: WindowFact) {
            put(WindowRecord(fact).rawValue)
            put(fact.window)
            put(fact.period)
            put(fact.slice)
            if let limit = fact.limit { put(limit) }
            if let remaining = fact.remaining { put(remaining) }
            if let used = fact.used { put(used) }
            if let reset = fact.reset { put(reset) }
            if let pool = fact.pool { put(pool) }
        }
    }
}
