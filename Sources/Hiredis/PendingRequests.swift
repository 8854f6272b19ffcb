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
        @usableFromInline let deadline: Instant
        /// Whether the server is to be told that it was named by another.
        @usableFromInline let isAsking: Bool
        /// Nil once answered.
        ///
        /// A request on its way keeps its place in the batch, so that replies still find their own.
        @usableFromInline var caller: Caller?

        @inlinable
        init(ticket: UInt64, deadline: Instant, isAsking: Bool, caller: Caller) {
            self.ticket = ticket
            self.deadline = deadline
            self.isAsking = isAsking
            self.caller = caller
        }
    }

    /// A request that has not been sent, and who waits for its answer.
    @usableFromInline
    struct Unsent: Sendable {
        @usableFromInline let request: Request
        @usableFromInline let waiter: Waiter

        @inlinable
        init(request: Request, waiter: Waiter) {
            self.request = request
            self.waiter = waiter
        }
    }

    /// A batch on its way, by the number that `take` gave it: as one command or as several.
    ///
    /// The requests are apart from those who wait, so that whoever formats them has the same array and not a copy.
    @usableFromInline
    struct Batch: Sendable {
        @usableFromInline let number: UInt64
        @usableFromInline let takenAt: Instant
        @usableFromInline let requests: [Request]
        @usableFromInline var waiters: [Waiter]
        /// How many of them are in commands that have not ended.
        @usableFromInline var unfinished: Int

        @inlinable
        init(number: UInt64, takenAt: Instant, requests: [Request], waiters: [Waiter]) {
            self.number = number
            self.takenAt = takenAt
            self.requests = requests
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
    @usableFromInline var waiting: Deque<Unsent> = []
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
    /// How many are on their way: until their answers are handed out.
    @usableFromInline package var sentCount = 0
    /// How many have to wait before they are sent while others are on their way: as many as these are.
    ///
    /// So the callers fall into parts of about one size, which take turns. But at least half a batch, and at most one.
    @inlinable
    package func least(of batchSize: Int) -> Int { max((batchSize + 1) / 2, min(sentCount, batchSize)) }

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
        if let batchSize, !batches.isEmpty {
            let rest = now.duration(to: deadline)
            let commands = batches.count + waiting.count / batchSize + 1
            if batches[0].takenAt.duration(to: now) >= rest || pace.wait(for: commands) > rest { return .hopeless }
        }
        let waiter = Waiter(ticket: ticket, deadline: deadline, isAsking: isAsking, caller: caller)
        waiting.append(Unsent(request: request, waiter: waiter))
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
        let count = min(counts.upperBound, waiting.count)
        var requests: [Request] = []
        var waiters: [Waiter] = []
        var asking: [Int] = []
        requests.reserveCapacity(count)
        waiters.reserveCapacity(count)
        // One by one they are moved and not copied.
        while waiters.count < count, let next = waiting.popFirst() {
            if next.waiter.isAsking { asking.append(waiters.count) }
            requests.append(next.request)
            waiters.append(next.waiter)
        }
        if batches.isEmpty { pace.begin(at: now) }
        sentCount += count
        lastBatch += 1
        batches.append(Batch(number: lastBatch, takenAt: now, requests: requests, waiters: waiters))
        return (lastBatch, requests, asking)
    }

    /// A command of a batch is over, answered at a time or not at all.
    ///
    /// Returns its callers in order, nil for those who were answered before; `places` are theirs in the batch, nil if it is
    /// the batch's only command.
    @inlinable
    package mutating func finish(_ number: UInt64, places: [Int]? = nil, answeredAt time: Instant?) -> [Caller?] {
        guard let index = batches.firstIndex(where: { $0.number == number }) else { return [] }
        let callers = self.places(places, in: index).map { batches[index].waiters[$0].caller }
        if let taken = end(index, places), let time { pace.answered(takenAt: taken, at: time) }
        return callers
    }

    /// A command of a batch was not sent after all.
    ///
    /// Those who still wait go back to the head of the queue.
    @inlinable
    package mutating func giveBack(_ number: UInt64, places: [Int]? = nil) {
        guard let index = batches.firstIndex(where: { $0.number == number }) else { return }
        let unanswered = self.places(places, in: index).filter { batches[index].waiters[$0].caller != nil }
        let unsent = unanswered.map { place in
            Unsent(request: batches[index].requests[place], waiter: batches[index].waiters[place])
        }
        _ = end(index, places)
        waiting.prepend(contentsOf: unsent)
    }

    /// The places of a command in its batch: all if it is the only one.
    @inlinable
    func places(_ places: [Int]?, in index: Int) -> [Int] { places ?? Array(batches[index].waiters.indices) }

    /// Ends a command of a batch; with the last of them it is told when the batch was taken.
    @inlinable
    mutating func end(_ index: Int, _ places: [Int]?) -> Instant? {
        let count = places?.count ?? batches[index].waiters.count
        sentCount -= count
        batches[index].unfinished -= count
        if batches[index].unfinished == 0 { return batches.remove(at: index).takenAt }
        for place in places ?? [] { batches[index].waiters[place].caller = nil }
        return nil
    }

    /// Deadlines pass.
    ///
    /// Returns the callers whose time is up, those of unsent requests apart from the others.
    @inlinable
    package mutating func expire(at now: Instant) -> (unsent: [Caller], sent: [Caller]) {
        var unsent: [Caller] = []
        var sent: [Caller] = []
        if waiting.contains(where: { $0.waiter.deadline <= now }) {
            unsent = waiting.compactMap { $0.waiter.deadline <= now ? $0.waiter.caller : nil }
            waiting.removeAll { $0.waiter.deadline <= now }
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
        if let index = waiting.firstIndex(where: { $0.waiter.ticket == ticket }) {
            return waiting.remove(at: index).waiter.caller.map { ($0, false) }
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
        return waiting.compactMap { $0.waiter.caller }
    }
}
