import Foundation
import Hiredis
import Histogram

/// Commands through hiredis alone: so many at once, then all their replies.
struct RawLoad: Sendable {
    /// How many operations go out before the replies are read.
    let depth: Int
    /// How many operations are made beforehand, and sent in turn.
    var prepared = 16_384
    /// The commands of an operation, by a number that the operation may do with as it likes.
    let operation: @Sendable (Int) -> [PlainCommand]

    /// What a decision at the least has to do: look, and write with an expiry.
    static func pair(of key: String) -> [PlainCommand] { [PlainCommand("GET", key), write(key)] }

    static func write(_ key: String) -> PlainCommand {
        PlainCommand("SET", key, "0123456789012345678901234567890123456789", "PX", "60000")
    }

    func measure(_ address: RedisAddress, for duration: Duration) async throws -> Measurement {
        // Waiting for replies blocks, and no thread of Swift's concurrency may.
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try run(address, for: duration) })
            }
        }
    }

    private func run(_ address: RedisAddress, for duration: Duration) throws -> Measurement {
        let connection = try BlockingConnection(address: address)
        // Made beforehand, so that the client does nothing but send and read.
        let batches = (0..<(max(1, prepared / depth))).map { batch in
            (0..<depth).flatMap { operation(batch * depth + $0) }
        }
        var latencies = Measurement.noLatencies
        var (count, errors, turn) = (0, 0, 0)
        let stopwatch = Stopwatch()
        var now = ContinuousClock.now
        let end = now + duration
        while now < end {
            errors += try connection.exchange(batches[turn % batches.count])
            let answered = ContinuousClock.now
            if depth == 1 { latencies.record(UInt64((answered - now) / .nanoseconds(1))) }
            now = answered
            count += depth
            turn += 1
        }
        let (seconds, clientSeconds) = stopwatch.read()
        return Measurement(
            count: count,
            errors: errors,
            seconds: seconds,
            clientSeconds: clientSeconds,
            latencies: depth == 1 ? latencies : nil
        )
    }
}
