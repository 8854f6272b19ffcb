public import DequeModule

/// Callers that wait for an answer: first those whose request has not been sent, then those in a batch on its way.
///
/// A plain value that does no I/O. Each method returns the callers to answer, and forgets them, so that whatever happens
/// first (reply, deadline, cancellation, shutdown) answers a caller, and nothing answers it twice. Inlinable, so that it is
/// compiled for the requests that it holds.
@usableFromInline
package struct PendingRequests<Request: Sendable, Caller: Sendable>: Sendable {
    @usableFromInline
    package typealias Instant = ContinuousClock.Instant

    @usableFromInline
    struct Waiter: Sendable {
        @usableFromInline let ticket: UInt64
        @usableFromInline let request: Request
        @usableFromInline let deadline: Instant
        /// Whether the server is to be told that it was named by another.
        @usableFromInline let isAsking: Bool
        /// Nil once answered.
        ///
        /// A request on its way keeps its place in the batch, so that replies still find their own.
        @usableFromInline var caller: Caller?

        @inlinable
        init(ticket: UInt64, request: Request, deadline: Instant, isAsking: Bool, caller: Caller) {
            self.ticket = ticket
            self.request = request
            self.deadline = deadline
            self.isAsking = isAsking
            self.caller = caller
        }
    }

    /// A batch on its way, by the number that `take` gave it: as one command or as several.
    @usableFromInline
    struct Batch: Sendable {
        @usableFromInline let number: UInt64
        @usableFromInline let takenAt: Instant
        @usableFromInline var waiters: [Waiter]
        /// How many of them are in commands that have not ended.
        @usableFromInline var unfinished: Int

        @inlinable
        init(number: UInt64, takenAt: Instant, waiters: [Waiter]) {
            self.number = number
            self.takenAt = takenAt
            self.waiters = waiters
            unfinished = waiters.count
        }
    }

    @usableFromInline
    package enum Admission: Sendable, Equatable {
        /// So many wait now to be sent.
        case joined(Int)
        case full
        /// The answer is not to be expected before the deadline.
        case hopeless
        case closed
    }

    @usableFromInline let capacity: Int
    /// How many requests one command has at most; nil if nobody is turned away for the time that others take.
    @usableFromInline let batchSize: Int?
    @usableFromInline var waiting: Deque<Waiter> = []
    @usableFromInline var batches: [Batch] = []
    @usableFromInline var lastBatch: UInt64 = 0
    @usableFromInline var isClosed = false
    @usableFromInline var pace = AnswerPace()

    @inlinable
    package init(capacity: Int, batchSize: Int? = nil) {
        self.capacity = capacity
        self.batchSize = batchSize
    }

    /// How many have not been sent.
    @inlinable package var waitingCount: Int { waiting.count }
    /// Whether any caller is still to be answered.
    @inlinable package var isBusy: Bool { !waiting.isEmpty || !batches.isEmpty }

    /// A caller arrives.
    ///
    /// It is turned away at once if what is before it has waited, or at the present pace will wait, until its deadline.
    @inlinable
    package mutating func join(
        ticket: UInt64,
        request: Request,
        at now: Instant,
        deadline: Instant,
        isAsking: Bool = false,
        caller: Caller
    ) -> Admission {
        if isClosed { return .closed }
        if waiting.count >= capacity { return .full }
        if let batchSize, let oldest = batches.first {
            let rest = now.duration(to: deadline)
            let commands = batches.count + waiting.count / batchSize + 1
            if oldest.takenAt.duration(to: now) >= rest || pace.wait(for: commands) > rest { return .hopeless }
        }
        waiting.append(
            Waiter(ticket: ticket, request: request, deadline: deadline, isAsking: isAsking, caller: caller)
        )
        return .joined(waiting.count)
    }

    /// The requests that go out next, in the order in which they came, and the number of their batch; nil if too few wait.
    ///
    /// With them the places of those that are asking, which are few if any.
    @inlinable
    package mutating func take(
        _ counts: ClosedRange<Int>,
        at now: Instant
    ) -> (number: UInt64, requests: [Request], asking: [Int])? {
        guard waiting.count >= counts.lowerBound else { return nil }
        var waiters: [Waiter] = []
        waiters.reserveCapacity(min(counts.upperBound, waiting.count))
        // One by one they are moved and not copied.
        while waiters.count < counts.upperBound, let next = waiting.popFirst() { waiters.append(next) }
        if batches.isEmpty { pace.begin(at: now) }
        lastBatch += 1
        batches.append(Batch(number: lastBatch, takenAt: now, waiters: waiters))
        return (lastBatch, waiters.map { $0.request }, waiters.indices.filter { waiters[$0].isAsking })
    }

    /// A command of a batch is over, answered at a time or not at all.
    ///
    /// Returns its callers in order, nil for those who were answered before; `places` are theirs in the batch, nil if it is
    /// the batch's only command.
    @inlinable
    package mutating func finish(_ number: UInt64, places: [Int]? = nil, answeredAt time: Instant?) -> [Caller?] {
        guard let (waiters, ended) = end(number, places) else { return [] }
        if let ended, let time { pace.answered(takenAt: ended, at: time) }
        return waiters.map { $0.caller }
    }

    /// A command of a batch was not sent after all.
    ///
    /// Those who still wait go back to the head of the queue.
    @inlinable
    package mutating func giveBack(_ number: UInt64, places: [Int]? = nil) {
        guard let (waiters, _) = end(number, places) else { return }
        waiting.prepend(contentsOf: waiters.filter { $0.caller != nil })
    }

    /// Takes the waiters of a command out of its batch; with the last of them it is told when the batch was taken.
    @inlinable
    mutating func end(_ number: UInt64, _ places: [Int]?) -> (waiters: [Waiter], ended: Instant?)? {
        guard let index = batches.firstIndex(where: { $0.number == number }) else { return nil }
        let waiters = places.map { $0.map { batches[index].waiters[$0] } } ?? batches[index].waiters
        batches[index].unfinished -= waiters.count
        if batches[index].unfinished == 0 { return (waiters, batches.remove(at: index).takenAt) }
        for place in places ?? [] { batches[index].waiters[place].caller = nil }
        return (waiters, nil)
    }

    /// Deadlines pass.
    ///
    /// Returns the callers whose time is up, those of unsent requests apart from the others.
    @inlinable
    package mutating func expire(at now: Instant) -> (unsent: [Caller], sent: [Caller]) {
        var unsent: [Caller] = []
        var sent: [Caller] = []
        if waiting.contains(where: { $0.deadline <= now }) {
            unsent = waiting.compactMap { $0.deadline <= now ? $0.caller : nil }
            waiting.removeAll { $0.deadline <= now }
        }
        for batch in batches.indices {
            for index in batches[batch].waiters.indices where batches[batch].waiters[index].deadline <= now {
                if let caller = batches[batch].waiters[index].caller { sent.append(caller) }
                batches[batch].waiters[index].caller = nil
            }
        }
        return (unsent, sent)
    }

    /// A caller gives up.
    ///
    /// Returns it with whether its request was on its way, or nil if it has been answered.
    @inlinable
    package mutating func leave(ticket: UInt64) -> (caller: Caller, wasSent: Bool)? {
        if let index = waiting.firstIndex(where: { $0.ticket == ticket }) {
            return waiting.remove(at: index).caller.map { ($0, false) }
        }
        for batch in batches.indices {
            guard let index = batches[batch].waiters.firstIndex(where: { $0.ticket == ticket }) else { continue }
            let caller = batches[batch].waiters[index].caller
            batches[batch].waiters[index].caller = nil
            return caller.map { ($0, true) }
        }
        return nil
    }

    /// No more callers may join.
    @inlinable
    package mutating func close() { isClosed = true }

    /// Gives up every caller whose request has not been sent.
    @inlinable
    package mutating func abandon() -> [Caller] {
        defer { waiting.removeAll() }
        return waiting.compactMap { $0.caller }
    }
}
