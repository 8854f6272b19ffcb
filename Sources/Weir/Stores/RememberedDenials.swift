/// What was denied of late: the answer to whoever asks the very same again before it can have changed.
///
/// It admits nothing, and denies nothing that could be admitted, unless units are given back or limits changed behind its
/// back. It knows no clock: every method is told the time, in microseconds on one that nobody sets. To drop a denial is
/// always safe: the next call asks again.
package struct RememberedDenials: Sendable {
    /// What is known of a call when it begins.
    package struct Call: Sendable {
        fileprivate let started: Int
        fileprivate let generation: Int
    }

    /// How many denials, and how many forgotten keys, are kept at most.
    private static let most = 10_000

    /// In microseconds.
    private let longest: Int
    private var entries: [Subject: RememberedDenial] = [:]
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
    package func answer(to request: DecisionRequest, at now: @autoclosure () -> Int) -> Denial? {
        // A peek or a refund is never denied.
        guard request.least > 0, !entries.isEmpty, let denial = entries[request.subject],
            denial.answers(request), isValid(request.subject, since: denial.generation)
        else { return nil }
        let now = now()
        return now < denial.until ? denial.told(to: request.least, at: now) : nil
    }

    /// To be called before a request is sent, and handed back with its answer.
    package func begin(at now: Int) -> Call { Call(started: now, generation: generation) }

    /// Remembers an answer if it is a denial that holds.
    package mutating func remember(_ verdict: Verdict, of request: DecisionRequest, _ call: Call, at now: Int) {
        guard request.least > 0, verdict.isDenial else { return }
        var life = min(longest, verdict.wait ?? .max)
        // When units leave any of the windows, the figures are out of date: one call more each time that some do.
        for place in request.windows.indices where verdict.reset(place) > 0 { life = min(life, verdict.reset(place)) }
        // Counted from the start of the call, which was before the decision, so it ends before the wait does.
        let until = call.started + life
        guard now < until, isValid(request.subject, since: call.generation) else { return }
        if entries.count >= Self.most { makeRoom(at: now) }
        // One that is there and still held would have answered in place of the store, unless it is about a larger cost or
        // of other rules, or both calls were on their way together: then either is right. It goes first, with its subject:
        // a dictionary keeps the key that it has, and the next to ask has this one.
        entries[request.subject] = nil
        entries[request.subject] = RememberedDenial(
            verdict,
            of: request,
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
    private mutating func makeRoom(at now: Int) {
        var room = Self.most / 2
        entries = entries.filter { entry in
            guard entry.value.until > now, room > 0 else { return false }
            room -= 1
            return true
        }
    }
}
