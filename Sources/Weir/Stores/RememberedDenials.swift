/// What was denied of late: the answer to whoever asks the very same again before it can have changed.
///
/// It admits nothing, and denies nothing that could be admitted, unless units are given back or limits changed behind its
/// back. It knows no clock: every method is told the time. To drop a denial is always safe: the next call asks again.
package struct RememberedDenials: Sendable {
    /// What is known of a call when it begins.
    package struct Call: Sendable {
        fileprivate let started: ContinuousClock.Instant
        fileprivate let generation: Int
    }

    /// An object, for one reference to keep while it is looked at.
    private final class Entry: Sendable {
        let verdict: Verdict
        /// What was denied, and with it whatever is more, up to the limit: above that, it would be an error.
        let costs: ClosedRange<Int>
        let answered: ContinuousClock.Instant
        let until: ContinuousClock.Instant
        let generation: Int

        init(
            _ verdict: Verdict,
            to costs: ClosedRange<Int>,
            answered: ContinuousClock.Instant,
            until: ContinuousClock.Instant,
            generation: Int
        ) {
            self.verdict = verdict
            self.costs = costs
            self.answered = answered
            self.until = until
            self.generation = generation
        }
    }

    /// How many denials, and how many forgotten keys, are kept at most.
    private static let most = 10_000

    /// In microseconds.
    private let longest: Int
    private var entries: [Subject: Entry] = [:]
    /// Counts how often something was forgotten.
    private var generation = 0
    /// The generation in which a key was last forgotten: what was asked in an earlier one says nothing about it.
    private var forgotten: [HashedKey: Int] = [:]
    /// The generation in which everything was last forgotten.
    private var allForgotten = 0

    /// A memory that remembers each denial for so long at most.
    package init(atMost longest: Duration) { self.longest = longest.microseconds }

    /// How many are kept, some of them perhaps for longer than they hold.
    package var count: Int { entries.count }

    /// The denial that would be the answer now, if it is known; its figures are those of now, if nobody else came.
    ///
    /// To a larger cost than was denied it tells the wait of that one: the least that it can be.
    package func answer(
        to request: DecisionRequest,
        at now: @autoclosure () -> ContinuousClock.Instant
    ) -> Verdict? {
        // A peek or a refund is never denied.
        guard request.least > 0, !entries.isEmpty, let entry = entries[request.subject],
            entry.costs.contains(request.least), isValid(request.subject, since: entry.generation)
        else { return nil }
        let now = now()
        guard now < entry.until else { return nil }
        // A wait is counted from when it was told: from the call's start it would be shorter than promised.
        let age = max(0, entry.answered.duration(to: now).microseconds)
        return entry.verdict.aged(by: age)
    }

    /// To be called before a request is sent, and handed back with its answer.
    package func begin(at now: ContinuousClock.Instant) -> Call { Call(started: now, generation: generation) }

    /// Remembers an answer if it is a denial that holds.
    package mutating func remember(
        _ verdict: Verdict,
        of request: DecisionRequest,
        _ call: Call,
        at now: ContinuousClock.Instant
    ) {
        guard request.least > 0, verdict.isDenial else { return }
        var life = longest
        if case .denied(let wait) = verdict.status { life = min(life, wait) }
        // When units leave any of the windows, the figures are out of date: one call more each time that some do.
        for place in request.windows.indices where verdict.reset(place) > 0 { life = min(life, verdict.reset(place)) }
        // Counted from the start of the call, which was before the decision, so it ends before the wait does.
        let until = call.started.advanced(by: .microseconds(life))
        guard now < until, isValid(request.subject, since: call.generation) else { return }
        if entries.count >= Self.most { makeRoom(at: now) }
        // One that is there and still held would have answered in place of the store, unless it is about a larger cost, or
        // both calls were on their way together: then either is right.
        entries[request.subject] = Entry(
            verdict.remembered(for: request),
            to: verdict.deniedCosts(of: request),
            answered: now,
            until: until,
            generation: call.generation
        )
    }

    /// Forgets whatever was denied over one of these windows, or under these limits, and all of it that is on its way.
    package mutating func forget(_ keys: [HashedKey]) {
        generation += 1
        for key in keys { forgotten[key] = generation }
        // A list that grew for ever would cost more than asking again.
        if forgotten.count > Self.most { forgetAll() }
    }

    /// Forgets every denial, and all that are on their way.
    package mutating func forgetAll() {
        generation += 1
        allForgotten = generation
        forgotten = [:]
        entries = [:]
    }

    private func isValid(_ subject: Subject, since generation: Int) -> Bool {
        guard generation >= allForgotten else { return false }
        guard !forgotten.isEmpty else { return true }
        if let limits = subject.limits, let time = forgotten[limits], time > generation { return false }
        return subject.windows.allSatisfy { (forgotten[$0.hashedKey] ?? 0) <= generation }
    }

    /// Drops what holds no longer, then any: at least half, so that each sweep is paid for by as many that came since.
    private mutating func makeRoom(at now: ContinuousClock.Instant) {
        var room = Self.most / 2
        entries = entries.filter { entry in
            guard entry.value.until > now, room > 0 else { return false }
            room -= 1
            return true
        }
    }
}
