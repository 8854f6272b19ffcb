/// Reads what ``AttemptEncoder`` wrote; of any other bytes it says that they are no record.
package struct AttemptDecoder: Sendable {
    /// When the attempt before was sent.
    private var previous: Int

    /// Begins after an attempt that was sent at that time, as the encoder did.
    package init(base: Int = 0) { previous = base }

    /// The attempt whose record begins at `offset`, which is then the offset of the next.
    ///
    /// What it says may still be impossible: only the shape of a record is looked at.
    package mutating func decode(
        from bytes: UnsafeRawBufferPointer,
        at offset: inout Int
    ) throws(HistoryError) -> Attempt {
        guard let start = bytes.baseAddress, bytes.indices.contains(offset) else { throw Input.cut }
        var input = Input(place: start + offset, end: start + bytes.count)
        let count = Int(try input.byte()) - 1
        guard (0...HistoryBounds.windows.upperBound).contains(count) else {
            throw Input.malformed("it has \(count) windows")
        }
        let bits = AttemptRecord(rawValue: try input.byte())
        guard let outcome = bits.outcome else { throw Input.malformed("it has no outcome") }
        let (process, operation) = try (input.number(), input.number())
        let cost = try input.signedNumber()
        let sent = try previous &+ input.signedNumber()
        let done = try sent &+ input.signedNumber()
        let server = try bits.contains(.hasServer) ? sent &+ input.signedNumber() : nil
        let place = try bits.contains(.hasPlace) ? input.number() : nil
        let retryAfter = try bits.contains(.hasRetryAfter) ? input.number() : nil
        let error = try bits.contains(.hasError) ? input.string() : nil
        var windows: [WindowFact] = []
        windows.reserveCapacity(count)
        for _ in 0..<count { windows.append(try input.fact()) }
        previous = sent
        offset = input.place - start
        return Attempt(
            process: process,
            operation: operation,
            cost: cost,
            sent: sent,
            done: done,
            outcome: outcome,
            source: bits.source,
            server: server,
            place: place,
            windows: windows,
            retryAfter: retryAfter,
            error: error
        )
    }

    private struct Input {
        var place: UnsafeRawPointer
        let end: UnsafeRawPointer

        static var cut: HistoryError { HistoryError("the record is cut") }

        static func malformed(_ what: String) -> HistoryError { HistoryError("the record is malformed: \(what)") }

        @inline(__always)
        mutating func byte() throws(HistoryError) -> UInt8 {
            guard place < end else { throw Self.cut }
            let byte = place.load(as: UInt8.self)
            place += 1
            return byte
        }

        mutating func number() throws(HistoryError) -> Int {
            var value: UInt = 0
            var shift: UInt = 0
            while true {
                let byte = try byte()
                value |= UInt(byte & 0x7F) &<< shift
                // The tenth byte has room for one bit.
                if shift == 63, byte > 1 { throw Self.malformed("a number has more than 64 bits") }
                if byte < 0x80 { return Int(bitPattern: value) }
                shift += 7
            }
        }

        mutating func signedNumber() throws(HistoryError) -> Int {
            let value = UInt(bitPattern: try number())
            return Int(bitPattern: value >> 1) ^ -Int(bitPattern: value & 1)
        }

        mutating func string() throws(HistoryError) -> String {
            let count = Int(try byte())
            guard count <= end - place, count <= HistoryBounds.errors.upperBound else { throw Self.cut }
            let bytes = UnsafeRawBufferPointer(start: place, count: count)
            guard let string = String(validating: bytes, as: UTF8.self) else {
                throw Self.malformed("its error is not UTF-8")
            }
            place += count
            return string
        }

        mutating func fact() throws(HistoryError) -> WindowFact {
            let bits = WindowRecord(rawValue: try byte())
            guard bits.isSubset(of: .all) else { throw Self.malformed("it has unknown bits") }
            var fact = try WindowFact(window: number(), limit: nil, period: number(), slice: number())
            if bits.contains(.hasLimit) { fact.limit = try number() }
            if bits.contains(.hasRemaining) { fact.remaining = try number() }
            if bits.contains(.hasUsed) { fact.used = try number() }
            if bits.contains(.hasReset) { fact.reset = try number() }
            if bits.contains(.hasPool) { fact.pool = try number() }
            fact.isViolated = bits.contains(.isViolated)
            return fact
        }
    }
}
