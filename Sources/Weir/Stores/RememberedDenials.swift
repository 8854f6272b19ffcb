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

    /// What was asked; how much more than the least was wanted does not change a denial.
    ///
    /// The least is a part of it although what is denied is denied to larger costs too: they have to wait longer, by how
    /// much is not known here, and a wait is a promise.
    private struct Question: Hashable, Sendable {
        let windows: [Window]
        let limits: HashedKey?
        let least: Int

        init(_ request: DecisionRequest) {
            windows = request.windows
            limits = request.limits
            least = request.least
        }

        func hash(into hasher: inout Hasher) {
            // The keys are hashed already, and the rest hardly tells more questions apart.
            for window in windows { hasher.combine(window.hashedKey) }
            hasher.combine(least)
        }
    }

    private struct Entry: Sendable {
        let verdict: Verdict
        let answered: ContinuousClock.Instant
        let until: ContinuousClock.Instant
        let generation: Int
    }

    private static let most = 10_000

    /// In microseconds.
    private let longest: Int
    private var entries: [Question: Entry] = [:]
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
    package func answer(to request: DecisionRequest, at now: ContinuousClock.Instant) -> Verdict? {
        // A peek or a refund is never denied.
        guard request.least > 0, !entries.isEmpty else { return nil }
        let question = Question(request)
        guard let entry = entries[question], now < entry.until, isValid(question, since: entry.generation) else {
            return nil
        }
        // A wait is counted from when it was told: from the call's start it would be shorter than promised.
        let age = max(0, entry.answered.duration(to: now).microseconds)
        return entry.verdict.aged(by: age, over: request.windows.count)
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
        // When units leave a window, be it one that did not refuse, what the verdict says of it is no longer so. Each of
        // these calls more is paid for by an admission.
        for place in request.windows.indices where verdict.reset(place) > 0 { life = min(life, verdict.reset(place)) }
        // Counted from the start of the call, which was before the decision, so it ends before the wait does.
        let until = call.started.advanced(by: .microseconds(life))
        let question = Question(request)
        guard now < until, isValid(question, since: call.generation) else { return }
        if entries.count >= Self.most { makeRoom(at: now) }
        // One that is there already is as right as this one, and older.
        entries[question] = Entry(
            verdict: verdict.aged(by: 0, over: request.windows.count),
            answered: now,
            until: until,
            generation: call.generation
        )
    }

    /// Forgets whatever was denied over one of these windows, or under these limits, and all of it that is on its way.
    package mutating func forget(_ keys: [HashedKey]) {
        generation += 1
        for key in keys { forgotten[key] = generation }
        // Starting anew costs no more than the keys that came since have.
        if forgotten.count > Self.most { forgetAll() }
    }

    /// Forgets every denial, and all that are on their way.
    package mutating func forgetAll() {
        generation += 1
        allForgotten = generation
        forgotten = [:]
        entries = [:]
    }

    private func isValid(_ question: Question, since generation: Int) -> Bool {
        guard generation >= allForgotten else { return false }
        guard !forgotten.isEmpty else { return true }
        if let limits = question.limits, let time = forgotten[limits], time > generation { return false }
        return question.windows.allSatisfy { (forgotten[$0.hashedKey] ?? 0) <= generation }
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
