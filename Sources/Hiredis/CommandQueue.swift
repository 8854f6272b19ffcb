/// Single commands, sent one by one in the order in which they came.
package final class CommandQueue: CommandSource {
    private let line: WaitingLine<Command, Reply>

    package init(capacity: Int, wakeup: Wakeup) {
        line = WaitingLine(capacity: capacity, wakeup: wakeup)
    }

    /// Sends `command` and waits for its reply.
    package func reply(
        to command: Command,
        before deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> Reply {
        let reply = try await line.answer(to: command, before: deadline).get()
        if case .error(let error) = reply { throw RedisError(error) }
        return reply
    }

    package var isWaiting: Bool { line.isWaiting }
    package var isBusy: Bool { line.isBusy }

    package func next() -> Operation? {
        guard let (number, commands) = line.take(upTo: 1), let command = commands.first else { return nil }
        return Operation(command) { [line] ending in
            switch ending {
            case .replied(let reply): line.finish(number) { _ in .success(reply) }
            case .failed(let error): line.finish(number) { _ in .failure(error) }
            case .unsent: line.giveBack(number)
            }
        }
    }

    package func expire(at now: ContinuousClock.Instant, obstacle: RedisError?) {
        line.expire(at: now, obstacle: obstacle)
    }

    package func close() { line.close() }
    package func abandon(with error: RedisError) { line.abandon(with: error) }
}
