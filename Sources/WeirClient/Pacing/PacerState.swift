internal import DequeModule
internal import WeirFields

/// Who may go when: a plain value that does no I/O, reads no clock and draws no numbers.
///
/// All times are since the pacer began. Its methods return what the waiting callers are to do.
///
/// 1. **Nothing known.** One request goes alone, the others wait for its answer: of 20 tasks against a limit of 5 not 15
///    are refused. If the answer tells nothing, all go at once from then on.
/// 2. **Ample.** While more than half of a limit is available, requests go at once. Available is what remained by the last
///    answer, less what is on its way: with `remaining=4` and one on its way, three more may go.
/// 3. **Scarce.** Below half they are spaced, by up to the window's length divided by the limit. Of 100 a minute, the 75th
///    goes 300 ms after the one before.
/// 4. **Nothing left.** One goes when a unit comes back: when the told reset is over, counted from the arrival of the
///    answer that told it; or earlier, when the oldest of this client's own requests leaves the window, if its length is
///    known (see ``WindowLength``). The server let a request in before its answer came, so the wait is counted from the
///    arrival, and 5 ms and 1 % of the window longer.
/// 5. **Refused.** Nobody goes for as long as the server told, from the arrival of the refusal: `Retry-After`, or the
///    reset. `reset=43` at 12:00:00.020 means 12:00:43.020. Refused again after that, a random time up to 100, 200,
///    400 ms … comes on top. All that are refused of one burst are one step of that. Then one goes alone, as in 1.
///
/// Of several limits the latest time counts. Who came first goes first, and keeps its place when it is sent again; whoever
/// is cancelled leaves its place at once.
struct PacerState<Caller: Sendable>: Sendable {
    /// What a caller is to do.
    enum Order: Sendable {
        /// Send, and report how it ended.
        case go(turn: UInt64)
        /// Come again at this time, unless another order comes before.
        case wait(until: Duration)
        case fail(PacerError)
    }

    typealias Orders = [(caller: Caller, order: Order)]

    /// A place in the line, kept by a request through all its attempts.
    struct Place: Sendable, Hashable {
        let ticket: UInt64
        /// Until when it may wait.
        let deadline: Duration
    }

    /// When somebody may go.
    enum Readiness: Sendable, Equatable {
        case now
        case at(Duration)
        case afterAnswer
    }

    private struct Waiter: Sendable {
        let place: Place
        /// Nil while it has an order to wait and has not come back for another.
        var caller: Caller?
        /// The time of that order.
        var until: Duration?
    }

    private struct Sent: Sendable {
        let time: Duration
        let isProbe: Bool
        /// Whether it went because of a window's length that nobody has told.
        let reliesOnSeenWindow: Bool
    }

    let settings: Pacer.Settings
    private var waiting: Deque<Waiter> = []
    private var inFlight: [UInt64: Sent] = [:]
    private var lastTicket: UInt64 = 0
    private var lastTurn: UInt64 = 0
    private var lastSent: Duration?
    private(set) var limits = LimitTable()
    /// Whether one has to go alone before others may.
    private var needsProbe = true
    /// The one that has gone alone.
    private var probe: UInt64?
    /// Until when nobody goes, because the server has said so.
    private(set) var refusedUntil: Duration?
    /// Refusals in a row, those of one burst counted once.
    private var refusals = 0
    private var lastRefusal: Duration?

    init(settings: Pacer.Settings) { self.settings = settings }

    // MARK: The line

    /// How many wait for their turn.
    var waitingCount: Int { waiting.count }
    /// How many are on their way.
    var inFlightCount: Int { inFlight.count }

    /// A place at the end of the line.
    mutating func place(at now: Duration) -> Place {
        lastTicket += 1
        return Place(ticket: lastTicket, deadline: now + settings.longestWait)
    }

    /// Waits in the line, or goes on waiting there.
    mutating func wait(_ place: Place, _ caller: Caller, at now: Duration) -> Orders {
        if let index = waiting.firstIndex(where: { $0.place == place }) {
            waiting[index].caller = caller
        } else {
            let index = waiting.lastIndex { $0.place.ticket < place.ticket }.map { $0 + 1 } ?? 0
            waiting.insert(Waiter(place: place, caller: caller), at: index)
            // Whoever was first may have to stand back: its time to go is looked for anew when it comes first again.
            if index == 0, waiting.count > 1 { waiting[1].until = nil }
        }
        return orders(at: now)
    }

    /// Leaves the line; whoever it was is returned to be told so.
    mutating func leave(_ place: Place, at now: Duration) -> (caller: Caller?, orders: Orders) {
        guard let index = waiting.firstIndex(where: { $0.place == place }) else { return (nil, []) }
        let waiter = waiting.remove(at: index)
        return (waiter.caller, orders(at: now))
    }

    /// What those that wait are to do now.
    mutating func orders(at now: Duration) -> Orders {
        var orders: Orders = []
        while let first = waiting.first {
            let until: Duration
            switch readiness(at: now) {
            case .now:
                // It is about to come back for its order.
                guard let caller = first.caller else { return orders }
                waiting.removeFirst()
                orders.append((caller, .go(turn: send(at: now))))
                continue
            case .at(let time):
                failThose(before: time, at: now, &orders)
                until = time
            case .afterAnswer:
                failThose(before: nil, at: now, &orders)
                until = first.place.deadline
            }
            // Others that come first now are looked at in the next round.
            guard waiting.first?.place == first.place else { continue }
            let time = min(until, first.place.deadline)
            if let caller = first.caller, first.until != time {
                waiting[0].caller = nil
                waiting[0].until = time
                orders.append((caller, .wait(until: time)))
            }
            return orders
        }
        return orders
    }

    /// Whoever may not wait until then fails at once: nobody goes before.
    ///
    /// With no time known, those fail that may not wait any longer.
    private mutating func failThose(before time: Duration?, at now: Duration, _ orders: inout Orders) {
        func isLate(_ waiter: Waiter) -> Bool {
            waiter.caller != nil && (time.map { waiter.place.deadline < $0 } ?? (waiter.place.deadline <= now))
        }
        guard waiting.contains(where: isLate) else { return }
        let error = PacerError.waitTooLong(time.map { $0 - now })
        orders += waiting.filter(isLate).compactMap { waiter in waiter.caller.map { ($0, .fail(error)) } }
        waiting.removeAll(where: isLate)
    }

    // MARK: Going

    /// When the first in the line may go.
    func readiness(at now: Duration) -> Readiness {
        if let refusedUntil, refusedUntil > now { return .at(refusedUntil) }
        if needsProbe { return probe == nil ? .now : .afterAnswer }
        guard let time = limits.earliest(at: now, inFlight: inFlight.count, lastSent: lastSent, settings) else {
            return .afterAnswer
        }
        return time <= now ? .now : .at(time)
    }

    private mutating func send(at now: Duration) -> UInt64 {
        lastTurn += 1
        let isSafe = needsProbe || limits.isSafe(at: now, inFlight: inFlight.count)
        inFlight[lastTurn] = Sent(time: now, isProbe: needsProbe, reliesOnSeenWindow: !isSafe)
        lastSent = now
        if needsProbe { probe = lastTurn }
        return lastTurn
    }

    // MARK: Answers

    /// A request has ended; nothing happens if it was reported before.
    ///
    /// - Parameters:
    ///   - turn: as it was given out.
    ///   - outcome: how it ended.
    ///   - now: when.
    ///   - random: a number in `0 ..< 1`.
    /// - Returns: what those that wait are to do; nil if nothing has changed.
    mutating func finished(_ turn: UInt64, _ outcome: PacerOutcome, at now: Duration, random: Double) -> Orders? {
        guard let sent = inFlight.removeValue(forKey: turn) else { return nil }
        let wasProbe = probe == turn
        if wasProbe { probe = nil }
        switch outcome {
        case .admitted(let reports):
            limits.admitted(reports, sent: sent.time, at: now)
            if let lastRefusal, sent.time >= lastRefusal { refusals = 0 }
            if wasProbe { needsProbe = false }
        case .refused(let reports, let wait):
            if sent.reliesOnSeenWindow { limits.refuteWindows(at: now) }
            limits.refused(reports, sent: sent.time, at: now)
            refused(sent, wait: wait, at: now, random: random)
        case .failed:
            limits.mayHaveCounted(sent: sent.time, at: now)
        case .cached:
            if wasProbe { needsProbe = false }
        }
        return orders(at: now)
    }

    private mutating func refused(_ sent: Sent, wait: Duration?, at now: Duration, random: Double) {
        // Those sent before the last refusal are of the same burst.
        if lastRefusal.map({ sent.time >= $0 }) ?? true {
            refusals += 1
            lastRefusal = now
        }
        var until = now + (wait ?? .zero)
        // What is told is kept to exactly, the first time.
        let failures = wait == nil ? refusals : refusals - 1
        if failures > 0 { until += settings.backoff.wait(afterFailures: failures, random: random) }
        refusedUntil = max(refusedUntil ?? until, until)
        needsProbe = true
        probe = nil
    }

    // MARK: Standing

    /// Where the client stands.
    func standing(at now: Duration) -> Standing {
        let tightest = limits.tightest(at: now, inFlight: inFlight.count)
        let refusal = refusedUntil.flatMap { $0 > now ? $0 - now : nil }
        var level = Standing.Level.clear
        if let tightest {
            let used = Double(tightest.limit - tightest.remaining)
            if used >= settings.nearShare * Double(tightest.limit) { level = .near }
            if tightest.remaining == 0 { level = .over }
        }
        if refusal != nil { level = .over }
        return Standing(
            level: level,
            limit: tightest?.limit,
            remaining: refusal == nil ? tightest?.remaining : 0,
            moreIn: refusal ?? tightest?.moreIn
        )
    }
}
