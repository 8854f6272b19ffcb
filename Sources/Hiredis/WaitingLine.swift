internal import Synchronization

/// A ``Line`` of tasks, each suspended until its answer, its deadline or its cancellation, whichever comes first.
package final class WaitingLine<Request: Sendable, Response: Sendable>: Sendable {
    package typealias Answer = Result<Response, RedisError>
    private typealias Caller = CheckedContinuation<Answer, Never>

    private let line: Mutex<Line<Request, Caller>>
    private let lastTicket = Atomic<UInt64>(0)
    private let wakeup: Wakeup

    package init(capacity: Int, wakeup: Wakeup) {
        line = Mutex(Line(capacity: capacity))
        self.wakeup = wakeup
    }

    // MARK: The callers' side

    /// Waits for the answer to `request`.
    package func answer(to request: Request, before deadline: ContinuousClock.Instant) async -> Answer {
        let ticket = lastTicket.wrappingAdd(1, ordering: .relaxed).newValue
        return await withTaskCancellationHandler {
            await withCheckedContinuation { caller in
                let admission = line.withLock {
                    $0.join(ticket: ticket, request: request, deadline: deadline, caller: caller)
                }
                switch admission {
                case .joined:
                    wakeup.signal()
                    // A cancellation before the line was joined found nobody there.
                    if Task.isCancelled { leave(ticket) }
                case .full:
                    caller.resume(returning: .failure(RedisError(.overloaded, "too many requests wait for Redis")))
                case .closed:
                    caller.resume(returning: .failure(.shutDown))
                }
            }
        } onCancel: {
            leave(ticket)
        }
    }

    private func leave(_ ticket: UInt64) {
        guard let (caller, wasSent) = line.withLock({ $0.leave(ticket: ticket) }) else { return }
        caller.resume(returning: .failure(RedisError(.cancelled, "the task was cancelled", mayHaveRun: wasSent)))
    }

    // MARK: The pump's side

    package var isWaiting: Bool { line.withLock { $0.isWaiting } }
    package var isBusy: Bool { line.withLock { $0.isBusy } }

    package func take(upTo most: Int) -> (number: UInt64, requests: [Request])? {
        line.withLock { $0.take(upTo: most) }
    }

    /// Answers the callers of a batch; `answer` is asked with each request's place in it.
    package func finish(_ number: UInt64, answer: (Int) -> Answer) {
        for (place, caller) in line.withLock({ $0.finish(number) }).enumerated() {
            caller?.resume(returning: answer(place))
        }
    }

    package func giveBack(_ number: UInt64) {
        line.withLock { $0.giveBack(number) }
    }

    /// Answers those whose deadline has passed; `obstacle` says why nothing can be sent at the moment, if so.
    package func expire(at now: ContinuousClock.Instant, obstacle: RedisError?) {
        let (unsent, sent) = line.withLock { $0.expire(at: now) }
        for caller in unsent {
            caller.resume(returning: .failure(obstacle ?? RedisError(.timedOut, "the deadline passed before sending")))
        }
        for caller in sent {
            let error = RedisError(.timedOut, "Redis did not answer before the deadline", mayHaveRun: true)
            caller.resume(returning: .failure(error))
        }
    }

    package func close() { line.withLock { $0.close() } }

    package func abandon(with error: RedisError) {
        for caller in line.withLock({ $0.abandon() }) { caller.resume(returning: .failure(error)) }
    }
}

extension RedisError {
    package static let shutDown = RedisError(.shutDown, "the connection to Redis was shut down")
}
