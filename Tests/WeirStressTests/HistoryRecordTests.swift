import SeededRandom
import StressHistory
import TestSupport
import Testing

/// A record is read as it was written, and whatever is none is an error.
@Suite struct HistoryRecordTests {
    @Test func anyAttemptIsReadAsItWasWritten() throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let attempts = (0..<20_000).map { generator.anyAttempt(operation: $0, windows: 100) }
        let bytes = encoded(attempts, base: 1_780_000_000_000_000)
        #expect(try decoded(bytes, base: 1_780_000_000_000_000) == attempts)
    }

    /// Even what may not stand in a history comes back: no number is too large, and no difference.
    @Test func numbersOfAnySizeComeBack() throws {
        var attempts: [Attempt] = []
        for first in [Int.min, -1, 0, 1, .max] {
            for second in [Int.min, -1, 0, 1, .max] {
                var attempt = Attempt(
                    process: first,
                    operation: second,
                    cost: first,
                    sent: second,
                    done: first,
                    outcome: .allowed
                )
                (attempt.server, attempt.place, attempt.retryAfter) = (first, second, first)
                var fact = WindowFact(window: second, limit: first, period: second, slice: first)
                (fact.remaining, fact.used, fact.reset, fact.pool) = (second, first, second, first)
                attempt.windows = [WindowFact](repeating: fact, count: 64)
                attempt.error = String(repeating: "e", count: 64)
                attempts.append(attempt)
            }
        }
        #expect(try decoded(encoded(attempts, base: 0), base: 0) == attempts)
    }

    @Test func aTypicalRecordIsShort() {
        var attempt = Attempt(
            process: 2,
            operation: 100_000,
            cost: 1,
            sent: 1_000_300,
            done: 1_002_000,
            outcome: .denied
        )
        (attempt.source, attempt.server, attempt.retryAfter) = (.redis, 1_001_000, 17_000_000)
        var fact = WindowFact(window: 900, limit: 100, period: 60_000_000, slice: 1000)
        (fact.remaining, fact.reset) = (3, 30_000_000)
        attempt.windows = [fact, fact]
        #expect(encoded([attempt], base: 1_000_000).count <= 56)
    }

    @Test func withoutRoomNothingIsWritten() {
        var attempt = Attempt(process: 0, operation: 0, cost: 0, sent: 0, done: 0, outcome: .unknown)
        attempt.windows = [WindowFact(window: 0, limit: 1, period: 1000, slice: 1)]
        let size = AttemptEncoder.largestSize(windows: 1)
        #expect(encode(attempt, room: size).length != nil)
        let (length, bytes) = encode(attempt, room: size - 1)
        #expect(length == nil && bytes.allSatisfy { $0 == 0xAA })
        #expect(encode(attempt, room: 0).length == nil)
        attempt.error = String(repeating: "e", count: 65)
        #expect(encode(attempt, room: size).length == nil)
        attempt.error = nil
        attempt.windows = Array(repeating: attempt.windows[0], count: 65)
        #expect(encode(attempt, room: 1 << 20).length == nil)
    }

    @Test func aRecordThatIsCutIsAnError() throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        for operation in 0..<300 {
            let bytes = encoded([generator.anyAttempt(operation: operation, windows: 100)], base: 0)
            for length in 0..<bytes.count {
                bytes[..<length].withUnsafeBytes { bytes in
                    var (decoder, offset) = (AttemptDecoder(), 0)
                    #expect(throws: HistoryError.self) { try decoder.decode(from: bytes, at: &offset) }
                    #expect(offset == 0)
                }
            }
        }
    }

    @Test func whatIsNoRecordIsAnError() {
        let wrong: [([UInt8], String)] = [
            ([], "is cut"),
            ([0, 0, 0, 0, 0, 0, 0], "it has -1 windows"),
            ([66, 0, 0, 0, 0, 0, 0], "it has 65 windows"),
            ([1, 0] + [UInt8](repeating: 0xFF, count: 9) + [2, 0, 0, 0, 0], "more than 64 bits"),
            ([1, 0] + [UInt8](repeating: 0xFF, count: 20), "more than 64 bits"),
            ([1, 0x80, 0, 0, 0, 0, 0, 3, 65, 65], "is cut"),
            ([1, 0x80, 0, 0, 0, 0, 0, 2, 0xC3, 0x28], "not UTF-8"),
            ([2, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0], "unknown bits"),
        ]
        for (bytes, message) in wrong {
            bytes.withUnsafeBytes { bytes in
                var (decoder, offset) = (AttemptDecoder(), 0)
                let error = #expect(throws: HistoryError.self) { try decoder.decode(from: bytes, at: &offset) }
                #expect(error?.description.contains(message) == true, "\(message): \(String(describing: error))")
            }
        }
        for offset in [-1, 1, .min, .max] {
            [UInt8(1)].withUnsafeBytes { bytes in
                var (decoder, offset) = (AttemptDecoder(), offset)
                #expect(throws: HistoryError.self) { try decoder.decode(from: bytes, at: &offset) }
            }
        }
    }

    /// Any bytes are attempts or an error: whatever else were to happen, the process would end.
    @Test func anyBytesAreReadOrRefused() {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let attempts = (0..<20).map { generator.anyAttempt(operation: $0, windows: 100) }
        let right = encoded(attempts, base: 0)
        var (read, refused) = (0, 0)
        for _ in 0..<3000 {
            var bytes = generator.once(in: 4) ? generator.bytes(generator.number(1...200)) : right
            for _ in 0..<generator.number(1...3) {
                bytes[generator.number(0...(bytes.count - 1))] ^= UInt8(1 << generator.number(0...7))
            }
            bytes.withUnsafeBytes { bytes in
                var (decoder, offset) = (AttemptDecoder(), 0)
                while offset < bytes.count {
                    let before = offset
                    guard (try? decoder.decode(from: bytes, at: &offset)) != nil else {
                        refused += 1
                        return
                    }
                    #expect(offset > before && offset <= bytes.count)
                }
                read += 1
            }
        }
        #expect(read > 0 && refused > 0)
    }

    private func encoded(_ attempts: [Attempt], base: Int) -> [UInt8] {
        var encoder = AttemptEncoder(base: base)
        return attempts.flatMap { attempt in
            [UInt8](unsafeUninitializedCapacity: AttemptEncoder.largestSize(windows: 64)) { buffer, count in
                count = encoder.encode(attempt, into: UnsafeMutableRawBufferPointer(buffer)) ?? 0
            }
        }
    }

    private func decoded(_ bytes: [UInt8], base: Int) throws -> [Attempt] {
        var decoder = AttemptDecoder(base: base)
        return try bytes.withUnsafeBytes { bytes in
            var (attempts, offset): ([Attempt], Int) = ([], 0)
            while offset < bytes.count {
                try #require(bytes[offset] != 0, "a zero is no record")
                attempts.append(try decoder.decode(from: bytes, at: &offset))
            }
            return attempts
        }
    }

    private func encode(_ attempt: Attempt, room: Int) -> (length: Int?, bytes: [UInt8]) {
        var bytes = [UInt8](repeating: 0xAA, count: room)
        var encoder = AttemptEncoder()
        let length = bytes.withUnsafeMutableBytes { encoder.encode(attempt, into: $0) }
        return (length, bytes)
    }
}
