internal import Logging
internal import Synchronization

/// Asks a store for decisions, and where it gives none, does what the rules say is to be done then.
///
/// What the store decides is handed on as it is: only an error reaches a policy.
final class FailureHandling: Sendable {
    /// Who decided.
    enum Outcome: Sendable {
        case store(Verdict)
        case policy(Decision)
    }

    /// A refusal that knows of no better wait promises none, and says this, in microseconds.
    private static let guess = Duration.second.microseconds
    /// How many windows Redis is told of at once.
    private static let mostAtOnce = 32

    private let policy: FailurePolicy
    private let logger: Logger
    private let metrics: FailureMetrics?
    private let state: Mutex<FailureState>
    /// Whether `state` is calm: then it has nothing to say to a call, and need not be locked for it.
    private let isCalm: Atomic<Bool>

    init(_ configuration: RateLimiter.Configuration) {
        policy = configuration.failurePolicy
        logger = configuration.logger
        metrics = FailureMetrics(configuration.metrics)
        let state = FailureState(configuration)
        isCalm = Atomic(state.isCalm)
        self.state = Mutex(state)
    }

    /// Decides a request that charges something.
    ///
    /// - Parameters:
    ///   - request: over windows whose rules its subject tells.
    ///   - store: where it is decided.
    /// - Returns: what the store or the policies have decided.
    /// - Throws: ``WeirError`` if the store gave no decision, and that is no matter of policy or a policy says so.
    @inline(__always)
    func decide(_ request: DecisionRequest, through store: any Store) async throws(WeirError) -> Outcome {
        let domain = store.domain(of: request)
        var call = Breaker.Call.ordinary
        if !isCalm.load(ordering: .acquiring) {
            switch admit(to: domain) {
            case .pass(let passed): call = passed
            case .refuse(let error): return .policy(try decide(request, insteadOf: error))
            }
        }
        let failure: WeirError
        do throws(WeirError) {
            let verdict = try await store.decide(request)
            guard verdict.isIntelligible(for: request) else { throw .strangeStatus }
            if !isCalm.load(ordering: .acquiring) { answered(in: domain, through: store) }
            return .store(verdict)
        } catch {
            failure = error
        }
        failed(call, in: domain, failure)
        guard failure.isUnavailability else { throw failure }
        return .policy(try decide(request, insteadOf: failure))
    }

    /// Whether a server is not asked at the moment.
    var givesUp: Bool { state.withLock { $0.openCount > 0 } }

    /// From now on nothing but the store is asked, which says that it was shut down.
    func shutDown() { update { $0.shutDown() } }

    /// Looks at the state and changes it, and tells calls whether they have to look at it.
    private func update<Answer>(_ body: (inout FailureState) -> Answer) -> Answer {
        state.withLock { state in
            defer { isCalm.store(state.isCalm, ordering: .releasing) }
            return body(&state)
        }
    }

    // MARK: The breakers

    // Apart from the way of a call while nothing fails, which is compiled as one.
    @inline(never)
    private func admit(to domain: FailureDomain) -> Breaker.Admission { update { $0.admit(to: domain, at: .now) } }

    @inline(never)
    private func answered(in domain: FailureDomain, through store: any Store) {
        let (change, tells, looksForGone) = update { state in
            let (change, tells) = state.succeeded(in: domain, at: .now)
            // Under the lock, or two changes could be recorded in the wrong order, and the gauge would stay wrong.
            if let change { metrics?.breakerChanged(change, open: state.openCount) }
            return (change, tells, state.looksForGone(at: .now))
        }
        if looksForGone { forgetGone(store.domains) }
        logClosed(domain, change)
        if tells { Task { await tell(store) } }
    }

    private func forgetGone(_ domains: Set<FailureDomain>) {
        let change = update { state in
            let change = state.keep(domains, at: .now)
            metrics?.open(state.openCount)
            return change
        }
        logClosed(.everything, change)
    }

    private func logClosed(_ domain: FailureDomain, _ change: Breaker.Change?) {
        guard case .closed(let duration, let unanswered)? = change else { return }
        var metadata: Logger.Metadata = ["open": "\(duration)", "unanswered": "\(unanswered)"]
        metadata["server"] = domain.name.map { "\($0)" }
        logger.notice("Redis decides again", metadata: metadata)
    }

    @inline(never)
    private func failed(_ call: Breaker.Call, in domain: FailureDomain, _ error: WeirError) {
        if error.mayHaveCounted { metrics?.outcomeIsUnknown() }
        let change = update { state in
            let change = state.failed(call, in: domain, error, at: .now, random: .random(in: 0..<1))
            if let change { metrics?.breakerChanged(change, open: state.openCount) }
            return change
        }
        guard change == .opened else { return }
        var metadata: Logger.Metadata = ["reason": "\(error.code)", "error": "\(error.message)"]
        metadata["server"] = domain.name.map { "\($0)" }
        logger.warning("Redis fails, the failure policies decide until it answers", metadata: metadata)
    }

    // MARK: The policies

    @inline(never)
    private func decide(_ request: DecisionRequest, insteadOf error: WeirError) throws(WeirError) -> Decision {
        switch Recourse(request, otherwise: policy) {
        case .fail: throw error
        case .deny(let rules):
            metrics?.decided(by: "deny", because: error.code)
            return .denied(Denial(.unknown(because: error), violated: rules, wait: Self.guess))
        case .allow:
            metrics?.decided(by: "allow", because: error.code)
            return .allowed(.unknown(because: error))
        case .count(let local):
            metrics?.decided(by: "local", because: error.code)
            return count(local, rules: local.places.map { request.subject.rules[$0] }, insteadOf: error)
        }
    }

    private func count(_ local: LocalRequest, rules: [Rule], insteadOf error: WeirError) -> Decision {
        let answer = update {
            $0.counts.decide(local, isOwed: !error.mayHaveCounted, at: SystemClock.sinceEpoch)
        }
        let verdict = answer.verdict
        let usages = verdict.usages(of: local.request, under: rules)
        func usage(charged: Int) -> Usage {
            verdict.usage(usages, charged: charged, by: .local, insteadOf: error)
        }
        guard !answer.isFull else {
            let limited = usages.filter { $0.limit != nil }.map(\.rule)
            if limited.isEmpty { return .allowed(usage(charged: 0)) }
            return .denied(Denial(usage(charged: 0), violated: limited, wait: Self.guess))
        }
        return switch verdict.status {
        case .allowed(let charged): .allowed(usage(charged: charged))
        // Without a wait the cost is above the share, but perhaps not above the limit.
        default: .denied(Denial(usage(charged: 0), of: local.request.least, wait: verdict.wait ?? Self.guess))
        }
    }

    // MARK: Telling the shared counts

    /// Adds what was admitted without Redis to the shared counts.
    ///
    /// It does not ask servers whose breaker is open. What it hears of the others says nothing to their breakers: the
    /// next request finds out.
    private func tell(_ store: any Store) async {
        var isDone = true
        while isDone {
            let debts = update {
                $0.takeDebts(atMost: Self.mostAtOnce, at: SystemClock.sinceEpoch) { store.domain(of: $0) }
            }
            if debts.isEmpty { break }
            let round = await withTaskGroup { group in
                for debt in debts {
                    // Asked before it is told: a failure may change where it belongs.
                    let domain = store.domain(of: debt.request)
                    group.addTask { (domain, await self.tell(store, of: debt)) }
                }
                return await group.reduce(into: TellingRound()) { $0.ended(in: $1.0, isTold: $1.1) }
            }
            isDone = round.goesOn
        }
        update { $0.stoppedTelling(isDone: isDone, at: .now) }
    }

    /// Whether Redis has answered.
    ///
    /// What certainly did not count is tried again another time; what may have counted is not, or it could count twice.
    private func tell(_ store: any Store, of debt: LocalDebt) async -> Bool {
        do throws(WeirError) {
            let verdict = try await store.decide(debt.request)
            if verdict.isIntelligible(for: debt.request), case .allowed(let units) = verdict.status {
                metrics?.told(units)
            }
            return true
        } catch {
            if !error.mayHaveCounted {
                update { $0.counts.giveBack(debt) }
            }
            return false
        }
    }
}

extension Usage {
    /// Nothing is known: no count was asked.
    package static func unknown(because failure: WeirError) -> Usage {
        Usage(
            rules: [],
            charged: 0,
            time: SystemClock.sinceEpoch,
            source: .policy,
            failure: failure,
            place: 0
        )
    }
}
