package import Hiredis

/// Requests for decisions.
///
/// Those that wait when the connection is free go out together, in the order in which they came.
package final class DecisionQueue: CommandSource {
    /// So many at once: enough to share the cost of a call, few enough that one call takes well under a millisecond.
    package static let batchSize = 128

    private let line: WaitingLine<DecisionRequest, Verdict>
    private let script: Script

    package init(capacity: Int, script: Script, wakeup: Wakeup) {
        line = WaitingLine(capacity: capacity, wakeup: wakeup)
        self.script = script
    }

    package func verdict(
        on request: DecisionRequest,
        before deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> Verdict {
        try await line.answer(to: request, before: deadline).get()
    }

    package var isWaiting: Bool { line.isWaiting }
    package var isBusy: Bool { line.isBusy }

    package func next() -> Operation? {
        guard let (number, requests) = line.take(upTo: Self.batchSize) else { return nil }
        let batch = Batch(requests)
        return Operation(batch.command(calling: script)) { [line] ending in
            switch ending {
            case .replied(.error(let error)):
                line.finish(number) { _ in .failure(RedisError(error)) }
            case .replied(let reply):
                if let verdicts = batch.verdicts(in: reply) {
                    line.finish(number) { .success(verdicts[$0]) }
                } else {
                    line.finish(number) { _ in .failure(Self.strangeReply) }
                }
            case .failed(let error):
                line.finish(number) { _ in .failure(error) }
            case .unsent:
                line.giveBack(number)
            }
        }
    }

    private static let strangeReply = RedisError(
        .protocolViolation,
        "the script answered something else than integers of the expected number",
        mayHaveRun: true
    )

    package func expire(at now: ContinuousClock.Instant, obstacle: RedisError?) {
        line.expire(at: now, obstacle: obstacle)
    }

    package func close() { line.close() }
    package func abandon(with error: RedisError) { line.abandon(with: error) }
}
