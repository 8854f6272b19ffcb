internal import Synchronization

/// Requests that wait until the cluster is known, each at most until its deadline.
final class ClusterWaiters: Sendable {
    private typealias Caller = UnsafeContinuation<Result<Void, RedisError>, Never>

    private struct State {
        var pending: PendingRequests<Void, Caller>
        var lastTicket: UInt64 = 0
        var isWatched = false
        /// Why the cluster is not known.
        var failure: RedisError?
    }

    private let state: Mutex<State>
    /// Counts under the lock, and is read without it: every request asks.
    private let told = Atomic(0)

    /// While somebody waits, deadlines are looked at this often.
    private static let tick: Duration = .milliseconds(5)

    /// For so many at once; whoever comes then is turned away.
    init(capacity: Int) { state = Mutex(State(pending: PendingRequests(capacity: capacity))) }

    /// How often there has been news of the cluster.
    var news: Int { told.load(ordering: .acquiring) }

    /// Waits until there is news of the cluster, unless there has been some since `news` was asked for.
    func wait(since news: Int, before deadline: ContinuousClock.Instant) async throws(RedisError) {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { (caller: Caller) in join(ticket, news, deadline, caller) }
        } onCancel: {
            leave(ticket)
        }
        try result.get()
    }

    private func join(_ ticket: UInt64, _ news: Int, _ deadline: ContinuousClock.Instant, _ caller: Caller) {
        let (admission, begins) = state.withLock { state -> (PendingRequests<Void, Caller>.Admission?, Bool) in
            // What came just before would be missed, and nobody looks again.
            guard self.news == news else { return (nil, false) }
            let admission = state.pending.join(
                ticket: ticket,
                request: (),
                at: .now,
                deadline: deadline,
                caller: caller
            )
            defer { if case .joined = admission { state.isWatched = true } }
            return (admission, !state.isWatched)
        }
        switch admission {
        case nil: caller.resume(returning: .success(()))
        case .joined:
            if begins { Task { await watch() } }
            // A cancellation before it had joined found nobody there.
            if Task.isCancelled { leave(ticket) }
        case .closed: caller.resume(returning: .failure(.shutDown))
        case .full, .hopeless: caller.resume(returning: .failure(.tooManyWait))
        }
    }

    private func leave(_ ticket: UInt64) {
        guard let (caller, _) = state.withLock({ $0.pending.leave(ticket: ticket) }) else { return }
        caller.resume(returning: .failure(.cancelled(mayHaveRun: false)))
    }

    /// Answers those whose deadline passes, as long as anybody waits.
    private func watch() async {
        while true {
            try? await Task.sleep(for: Self.tick)
            let (late, failure, isOver) = state.withLock { state in
                let late = state.pending.expire(at: .now).unsent
                let isOver = !state.pending.isBusy
                if isOver { state.isWatched = false }
                return (late, state.failure ?? .stillConnecting, isOver)
            }
            for caller in late { caller.resume(returning: .failure(failure)) }
            if isOver { return }
        }
    }

    /// There is news: all go on, unless it is only why there is none, which those are told whose deadline passes.
    func tell(_ failure: RedisError?) {
        let callers = state.withLock { state -> [Caller] in
            state.failure = failure?.whileConnecting
            guard failure == nil || failure?.isPermanent == true else { return [] }
            told.wrappingAdd(1, ordering: .releasing)
            return state.pending.abandon()
        }
        for caller in callers { caller.resume(returning: .success(())) }
    }

    /// Nobody may wait any more.
    func close() {
        let callers = state.withLock { state in
            state.pending.close()
            return state.pending.abandon()
        }
        for caller in callers { caller.resume(returning: .failure(.shutDown)) }
    }
}
