public import Synchronization

/// Tasks that wait for answers, each suspended until its answer, its deadline or its cancellation, whichever comes first.
///
/// Requests go out together, in the order in which they came: all that wait when nothing is on its way, and as many as
/// are on their way while something is, but at least half a batch. Inlinable, so that it is compiled for its format; a
/// `QueueSource` brings it to a pump.
@usableFromInline
package final class RequestQueue<Format: RequestFormat>: Sendable {
    @usableFromInline
    package typealias Answer = Result<Format.Response, RedisError>
    /// Not a checked continuation, which costs an object for each call: whoever takes a caller out of `pending`, under its
    /// lock, resumes it, and `pending` gives out each caller once.
    @usableFromInline typealias Caller = UnsafeContinuation<Answer, Never>

    @usableFromInline let format: Format
    @usableFromInline let pending: Mutex<PendingRequests<Format.Request, Caller>>
    @usableFromInline let lastTicket = Atomic<UInt64>(0)
    @usableFromInline let wakeup: Wakeup

    /// A queue for at most `capacity` requests that have not been sent; `wakeup` wakes the pump that sends them.
    @inlinable
    package init(_ format: Format, capacity: Int, wakeup: Wakeup) {
        self.format = format
        let batchSize = format.turnsAwayTheHopeless ? format.batchSize : nil
        pending = Mutex(PendingRequests(capacity: capacity, batchSize: batchSize))
        self.wakeup = wakeup
    }

    // MARK: The callers' side

    /// Waits for the answer to `request`, at most until `deadline`.
    ///
    /// `isAsking` if the server does not have the slot yet, and was named by the one that has.
    @inlinable
    @inline(__always)
    package func answer(
        to request: Format.Request,
        at now: ContinuousClock.Instant = .now,
        before deadline: ContinuousClock.Instant,
        isAsking: Bool = false
    ) async throws(RedisError) -> Format.Response {
        let ticket = lastTicket.wrappingAdd(1, ordering: .relaxed).newValue
        let answer = await withTaskCancellationHandler {
            await withUnsafeContinuation { (caller: Caller) in
                guard !Task.isCancelled else {
                    caller.resume(returning: .failure(.cancelled(mayHaveRun: false)))
                    return
                }
                let (admission, least) = pending.withLock { pending in
                    let admission = pending.join(
                        ticket: ticket,
                        request: request,
                        at: now,
                        deadline: deadline,
                        isAsking: isAsking,
                        caller: caller
                    )
                    return (admission, pending.least(of: format.batchSize))
                }
                switch admission {
                case .joined(let count):
                    wakeup.signal(count >= least ? .batch : .request)
                    if count == least, least > 1 { wakeup.giveWay() }
                    // A cancellation before the request had joined found nobody there.
                    if Task.isCancelled { leave(ticket) }
                case .full:
                    caller.resume(returning: .failure(.tooManyWait))
                case .hopeless:
                    caller.resume(returning: .failure(.tooSlow))
                case .closed:
                    caller.resume(returning: .failure(.shutDown))
                }
            }
        } onCancel: {
            leave(ticket)
        }
        return try answer.get()
    }

    @inlinable
    func leave(_ ticket: UInt64) {
        guard let (caller, wasSent) = pending.withLock({ $0.leave(ticket: ticket) }) else { return }
        caller.resume(returning: .failure(.cancelled(mayHaveRun: wasSent)))
    }

    // MARK: The pump's side

    /// How many requests have not been sent.
    @inlinable
    package var waitingCount: Int { pending.withLock { $0.waitingCount } }
    @inlinable
    package var isWaiting: Bool { waitingCount > 0 }
    @inlinable
    package var isBusy: Bool { pending.withLock { $0.isBusy } }

    @inlinable
    package func isReady(whileBusy: Bool) -> Bool {
        pending.withLock { $0.waitingCount >= (whileBusy ? $0.least(of: format.batchSize) : 1) }
    }

    @inlinable
    package func next(whileBusy: Bool, atMost most: Int) -> [OutgoingCommand] {
        let most = min(most, format.batchSize)
        let now = ContinuousClock.now
        let (waiting, taken) = pending.withLock { pending in
            let least = whileBusy ? pending.least(of: format.batchSize) : 1
            return (pending.waitingCount, pending.take(min(most, least)...most, at: now))
        }
        guard let (number, requests, asking) = taken else { return [] }
        format.waited(waiting)
        if asking.isEmpty, format.slot(of: requests[0]) == nil, areOfOneEdition(requests) {
            return [outgoing(requests, isAsking: false, in: (number, nil))]
        }
        return parts(of: requests, asking: Set(asking)).map { part in
            outgoing(part.places.map { requests[$0] }, isAsking: part.isAsking, in: (number, part.places))
        }
    }

    /// Requests of a batch that go out as one command.
    @usableFromInline
    struct Part: Sendable {
        @usableFromInline var places: [Int]
        @usableFromInline let isAsking: Bool

        @inlinable
        init(places: [Int], isAsking: Bool) {
            self.places = places
            self.isAsking = isAsking
        }
    }

    @inlinable
    func areOfOneEdition(_ requests: [Format.Request]) -> Bool {
        let first = format.edition(of: requests[0])
        return requests.allSatisfy { format.edition(of: $0) == first }
    }

    /// What the requests of a part have in common.
    @usableFromInline
    struct Shared: Sendable, Hashable {
        @usableFromInline let slot: Int?
        @usableFromInline let edition: Int
        @usableFromInline let isAsking: Bool

        @inlinable
        init(slot: Int?, edition: Int, isAsking: Bool) {
            self.slot = slot
            self.edition = edition
            self.isAsking = isAsking
        }
    }

    /// The requests by slot and edition, those that are asking apart, in the order in which the first of each came.
    @inlinable
    func parts(of requests: [Format.Request], asking: Set<Int>) -> [Part] {
        var parts: [Part] = []
        var indices: [Shared: Int] = [:]
        for (place, request) in requests.enumerated() {
            let isAsking = asking.contains(place)
            let slot = format.slot(of: request).map { Int($0.number) }
            let shared = Shared(slot: slot, edition: format.edition(of: request), isAsking: isAsking)
            if let index = indices[shared] {
                parts[index].places.append(place)
            } else {
                indices[shared] = parts.count
                parts.append(Part(places: [place], isAsking: isAsking))
            }
        }
        return parts
    }

    /// One command for requests of a batch, and what becomes of them with its end.
    @inlinable
    func outgoing(
        _ requests: [Format.Request],
        isAsking: Bool,
        in batch: (number: UInt64, places: [Int]?)
    ) -> OutgoingCommand {
        var (command, read) = format.command(for: requests)
        command.isAsking = isAsking
        return OutgoingCommand(command) { [self, read] ending in
            switch ending {
            case .replied(.error(let error)):
                finish(batch, answeredAt: .now) { _ in .failure(RedisError(error).advised) }
            case .replied(let reply):
                guard let responses = read(reply) else {
                    return finish(batch, answeredAt: .now) { _ in .failure(.strangeReply) }
                }
                finish(batch, answeredAt: .now) { .success(responses[$0]) }
            case .failed(let error):
                finish(batch, answeredAt: nil) { _ in .failure(error) }
            case .unsent:
                pending.withLock { $0.giveBack(batch.number, places: batch.places) }
            }
        }
    }

    @inlinable
    func finish(
        _ batch: (number: UInt64, places: [Int]?),
        answeredAt time: ContinuousClock.Instant?,
        answer: (Int) -> Answer
    ) {
        let callers = pending.withLock { $0.finish(batch.number, places: batch.places, answeredAt: time) }
        for (index, caller) in callers.enumerated() { caller?.resume(returning: answer(index)) }
    }

    @inlinable
    package func expire(at now: ContinuousClock.Instant, obstacle: RedisError?) {
        let (unsent, sent) = pending.withLock { $0.expire(at: now) }
        for caller in unsent {
            caller.resume(returning: .failure(obstacle ?? .tooLateToSend))
        }
        for caller in sent {
            caller.resume(returning: .failure(.answeredTooLate))
        }
    }

    @inlinable
    package func close() { pending.withLock { $0.close() } }

    @inlinable
    package func abandon(with error: RedisError) {
        for caller in pending.withLock({ $0.abandon() }) { caller.resume(returning: .failure(error)) }
    }
}

extension RedisError {
    @usableFromInline
    static func cancelled(mayHaveRun: Bool) -> RedisError {
        RedisError(.cancelled, "the task was cancelled", mayHaveRun: mayHaveRun)
    }

    @usableFromInline
    package static let shutDown = RedisError(.shutDown, "the connection to Redis was shut down")

    static let stillConnecting = RedisError(.unreachable, "the connection was not made before the deadline")

    static let unaskedReply = RedisError(.protocolViolation, "the server sent a reply that nobody asked for")

    @usableFromInline
    static let tooManyWait = RedisError(.overloaded, "too many requests wait for Redis")

    @usableFromInline
    static let tooSlow = RedisError(
        .overloaded,
        "Redis answers too slowly: the deadline would pass before the answer"
    )

    @usableFromInline
    static let tooLateToSend = RedisError(.timedOut, "the deadline passed before sending")

    @usableFromInline
    static let answeredTooLate = RedisError(
        .timedOut,
        "Redis did not answer before the deadline",
        mayHaveRun: true
    )

    @usableFromInline
    static let strangeReply = RedisError(
        .protocolViolation,
        "the reply has not the form that the command asks for",
        mayHaveRun: true
    )
}
