internal import HTTPTypes
internal import Synchronization

/// Lets the requests of one token to one endpoint go so that the server need not refuse them.
///
/// It reads what each response tells of limits, in any form that `RateLimitReading` knows, and slows down before nothing
/// is left. After a refusal it waits exactly as long as it was told, and sends the request again. One is made for each
/// token and endpoint, see ``Pacers``, and shared by all tasks.
///
/// 20 tasks that send 50 requests against 5 per 2 seconds need 18 seconds at best: by the tests' simulation it takes them
/// 19.4 where the window's length is told, and 20.2 where it is not, with no refusal either way.
///
/// ```swift
/// let pacer = Pacer()
/// let answer = try await pacer.perform(isIdempotent: true) {
///     try await client.get("/objects")
/// } reading: { answer in
///     PacedResponse(status: answer.status, fields: answer.fields)
/// }
/// if pacer.standing.isNearLimit { print("about to stop") }
/// ```
public final class Pacer: Sendable {
    /// A task that waits for what to do next.
    struct Caller: Sendable {
        let continuation: CheckedContinuation<PacerState<Caller>.Order, Never>
    }

    typealias State = PacerState<Caller>

    /// How it paces.
    public let settings: Settings
    let time: PacerTime
    let random: @Sendable () -> Double
    private let state: Mutex<State>
    private let lastLevel = Mutex(Standing.Level.clear)
    private let onChange: (@Sendable (Standing) -> Void)?

    /// A pacer that knows nothing yet.
    ///
    /// - Parameters:
    ///   - settings: how it paces.
    ///   - clock: by which it waits; the system's continuous clock by default.
    ///   - start: the clock's time now, since the epoch; nil, the default, for that of this machine. Needed for servers
    ///     that tell a time of day.
    ///   - random: a number in `0 ..< 1` for each wait that is to be random.
    ///   - onChange: called after an answer by which the client has come near the limit, over it, or away from it. It is
    ///     called by the task that got the answer, which waits for it.
    public init(
        settings: Settings = Settings(),
        clock: some Clock<Duration> = ContinuousClock(),
        startingAt start: Duration? = nil,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        onChange: (@Sendable (Standing) -> Void)? = nil
    ) {
        self.settings = settings
        time = PacerTime(clock, startingAt: start)
        self.random = random
        self.onChange = onChange
        state = Mutex(State(settings: settings))
    }

    /// Where the client stands now: near or over the limit, and when there is more.
    public var standing: Standing { state.withLock { $0.standing(at: time.now()) } }

    /// Whether nobody waits and nothing is on its way.
    var isIdle: Bool { state.withLock { $0.waitingCount == 0 && $0.inFlightCount == 0 } }

    /// How many tasks wait for their turn.
    var waitingCount: Int { state.withLock { $0.waitingCount } }

    // MARK: Turns

    /// Waits until one more request may be sent.
    ///
    /// Whoever came first goes first. ``perform(isIdempotent:isRepeatable:isolation:_:reading:discard:)`` is built on it, and sends again what
    /// was refused.
    ///
    /// - Returns: the turn, to be ended with the response.
    /// - Throws: ``PacerError`` of ``PacerError/Code/waitTooLong`` as soon as it is known that the wait would exceed
    ///   ``Settings/longestWait``, or `cancelled`.
    public func turn() async throws(PacerError) -> Turn {
        try await turn(place())
    }

    /// A place at the end of the line, and until when a request may wait there.
    func place() -> State.Place { state.withLock { $0.place(at: time.now()) } }

    func turn(_ place: State.Place) async throws(PacerError) -> Turn {
        let order = await withTaskCancellationHandler {
            var order = await nextOrder(place)
            while case .wait(let until) = order { order = await nextOrder(place, or: until) }
            return order
        } onCancel: {
            leave(place)
        }
        switch order {
        case .go(let turn): return Turn(self, turn)
        case .fail(let error): throw error
        case .wait: throw .cancelled
        }
    }

    /// Waits for what to do.
    private func nextOrder(_ place: State.Place) async -> State.Order {
        await withCheckedContinuation { continuation in
            guard !Task.isCancelled else {
                leave(place)
                continuation.resume(returning: .fail(.cancelled))
                return
            }
            carryOut(state.withLock { $0.wait(place, Caller(continuation: continuation), at: time.now()) })
            // A cancellation before it stood in the line found nobody there.
            if Task.isCancelled { leave(place) }
        }
    }

    /// Waits for what to do, and asks at a time.
    private func nextOrder(_ place: State.Place, or time: Duration) async -> State.Order {
        await withTaskGroup(of: State.Order?.self) { group in
            group.addTask { await self.nextOrder(place) }
            group.addTask {
                while self.time.now() < time {
                    do { try await self.time.sleep(time) } catch { return nil }
                }
                self.carryOut(self.state.withLock { $0.orders(at: self.time.now()) })
                return nil
            }
            while let next = await group.next() {
                guard let order = next else { continue }
                group.cancelAll()
                return order
            }
            return .fail(.cancelled)
        }
    }

    private func leave(_ place: State.Place) {
        let (caller, orders) = state.withLock { $0.leave(place, at: time.now()) }
        caller?.continuation.resume(returning: .fail(.cancelled))
        carryOut(orders)
    }

    private func carryOut(_ orders: State.Orders) {
        for (caller, order) in orders { caller.continuation.resume(returning: order) }
    }

    // MARK: Answers

    /// A response has come.
    func finish(_ turn: UInt64, with response: PacedResponse) -> Turn.Verdict {
        let outcome = PacerOutcome(response, at: time.sinceEpoch(), settings: settings)
        finish(turn, outcome)
        switch outcome {
        case .refused: return settings.refusals.contains(response.status) ? .refused : .failed
        case .failed: return .failed
        case .admitted, .cached: return response.status.kind == .serverError ? .failed : .answered
        }
    }

    /// A request has ended; nothing happens if it was reported before.
    func finish(_ turn: UInt64, _ outcome: PacerOutcome) {
        let change = state.withLock { state in
            state.finished(turn, outcome, at: time.now(), random: random()).map { orders in
                (orders: orders, standing: state.standing(at: time.now()))
            }
        }
        guard let change else { return }
        carryOut(change.orders)
        guard let onChange, lastLevel.withLock({ $0.changed(to: change.standing.level) }) else { return }
        onChange(change.standing)
    }
}

extension Standing.Level {
    fileprivate mutating func changed(to level: Self) -> Bool {
        defer { self = level }
        return self != level
    }
}
