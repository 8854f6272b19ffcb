public import CoreMetrics
public import Logging
public import Tracing

extension RateLimiter {
    /// How a limiter or a quota keeper talks to Redis, and whom it tells of what.
    public struct Configuration: Sendable {
        /// What every key begins with, 1 to 16 of `A-Z a-z 0-9 - _ .`; `weir` by default.
        ///
        /// Services that share a Redis and not their counts need different ones.
        public var keyPrefix = "weir"
        /// The key under which tokens and users are hashed.
        ///
        /// Set a secret of your own in production: with the default, whoever reads Redis can test guesses. A changed
        /// secret starts their counts at zero.
        public var keySecret = "weir"
        /// How long a call may take, 50 milliseconds by default.
        ///
        /// Then it fails, or for `acquire` the failure policy decides, and what was sent may have counted.
        public var deadline: Duration = .milliseconds(50)
        /// How long connecting may take, with all that is said before the first request; 1 second by default.
        public var connectTimeout: Duration = .seconds(1)
        /// The connection is closed when its oldest call has waited so long; 1 second by default.
        ///
        /// After failures for so long, with no answer between them, Redis is given up for a while: see ``breakerFailures``.
        public var stallLimit: Duration = .seconds(1)
        /// How many calls may wait to be sent, 10,000 by default; more have no answer of Redis.
        ///
        /// Nor has a decision that is not to be expected before its deadline, by how long those before it take: both are
        /// known at once.
        public var queueLimit = 10_000
        /// For how long this instance repeats a denial by itself, without asking Redis; zero by default, which is off.
        ///
        /// With it, a limit that is abused costs Redis next to nothing. 1 second suits public endpoints; 60 are the most. A
        /// denial is repeated for the same request at the same or a larger cost, which is told the wait of the smaller
        /// one. It is repeated until its own ``Denial/retryAfter`` or until the next units leave one of its windows,
        /// whichever is first, and marked ``Usage/Source/denialMemory``. Nothing is ever admitted from memory. What this limiter refunds, resets
        /// or overrides holds at once; what another instance, a ``QuotaKeeper`` or an operator gives back is seen up to so
        /// much later. A limiter in memory and a keeper ignore it.
        public var denialMemory: Duration = .zero
        /// What becomes of a request that Redis did not decide, if its rules do not say; it goes on uncounted by default.
        ///
        /// It is about `acquire` alone: whatever else cannot be done is an error. A limiter in memory and a keeper ignore
        /// it.
        public var failurePolicy: FailurePolicy = .allow
        /// After how many failures in a row Redis is not asked for a while, 5 by default, at most 1,000; 0 for never.
        ///
        /// Then the failure policies decide at once, without waiting for a ``deadline``; for at most 0.4 seconds at a
        /// time, after which one call asks again. It also happens when calls have failed for a ``stallLimit`` and none was
        /// answered. Calls that find too many waiting count for the latter alone.
        public var breakerFailures = 5
        /// Who the instance is for Redis, in place of what the address says; nil by default.
        ///
        /// Asked at each connect, within ``connectTimeout``, so that a password can be changed while the service runs.
        /// An error that it throws fails the attempt; of the error, only its type is told.
        public var credentials: (@Sendable () async throws -> Credentials)?
        /// Who the instance is for the Sentinels of a `redis+sentinel://` address, in place of what the address says; nil by
        /// default.
        ///
        /// They have users and passwords of their own. Asked whenever Sentinels are, else as ``credentials``.
        public var sentinelCredentials: (@Sendable () async throws -> Credentials)?
        /// How TLS is spoken with the Sentinels of a `redis+sentinel://` address; nil by default.
        ///
        /// Without it they are spoken to without TLS, or, if the address says `sentinel-tls=yes`, as ``tls`` says, but for
        /// its ``TLSConfiguration/serverName``.
        public var sentinelTLS: TLSConfiguration?
        /// How TLS is spoken with a `rediss://` address; against the system's trusted certificates by default.
        public var tls = TLSConfiguration()
        /// What `CLIENT LIST` shows, and who it was in the audit trails of owners; `weir` by default.
        public var clientName = "weir"
        /// Called when a decision first finds a window near its limit, by its rule's ``Rule/warnAt``; nobody by default.
        ///
        /// At most once per window and subject, for all instances together: the first asks Redis for the right to. It is
        /// called on a task of its own, soon after the decision.
        public var onNearLimit: (@Sendable (NearLimit) -> Void)?
        /// Where metrics go; swift-metrics' own system by default.
        ///
        /// Where they go nowhere, they cost nothing. Every label is bounded: the names of rules (those of ``RateLimiter/update(rules:)`` too) and fixed words.
        ///
        /// `weir_decisions` counts what `acquire` was asked, by rule, outcome (`allowed`, `denied` or `failed`) and source,
        /// a ``Usage/Source``. An admission counts once for each rule that applies, a denial once for each rule that was
        /// violated and not for the others, and an error once for each that applies, as `failed`: by `policy` where
        /// ``FailurePolicy/fail`` said so, else by `redis` or `memory`. So a rule's admissions and denials add up to what it
        /// has decided, and the sum over rules is no number of requests. `weir_near_limit` counts the decisions near a
        /// limit, by rule. `weir_decision_seconds` is how long `acquire` took, by source: one value a request, so its
        /// count is the number of requests.
        ///
        /// Of a limiter whose counts are in Redis: `weir_batch_size` is how many decisions one call of the script made, and
        /// `weir_queue_depth` how many waited when the last batch was made, those in it among them; of a cluster, for
        /// whichever server that was. A keeper counts `weir_quota_decisions`, by quota (`creations` or `sites`) and outcome:
        /// calls of `create` and `register`, where a repeated operation and a site that is there already are allowed.
        ///
        /// Of a limiter whose counts are in Redis: `weir_policy_decisions` counts the decisions that Redis did not make, by
        /// policy (`allow`, `deny` or `local`) and reason, the code of the error; `weir_unknown_outcomes` the calls of
        /// `acquire` that may have counted, whatever the policy; `weir_breaker_opened` how often Redis was given up for a
        /// while, `weir_breaker_open` is 1 as long as it is, and of a cluster the number of servers; and `weir_local_settled` counts the units that were admitted by
        /// ``FailurePolicy/local(share:)`` and added to the shared counts later.
        public var metrics: any MetricsFactory = MetricsSystem.factory
        /// Who traces; nobody by default, which costs nothing.
        ///
        /// `acquire` becomes a span `weir.acquire` of kind client, a child of the task's; a keeper's `create` and `register`
        /// become `weir.create` and `weir.register`. Attributes are `weir.outcome` as in ``metrics``, `weir.cost`, the units
        /// or objects that were wanted, and `db.system`, unless the store is in memory; of a decision also `weir.rules`,
        /// the names of the rules that apply, and `weir.source`. An error is recorded by its ``WeirError/Code`` alone: no
        /// token, user, group or key ever enters a span.
        public var tracer: (any Tracer)?
        /// Where a lost and regained connection is logged, when Redis is given up for a while and when it decides again, and
        /// where Redis could lose quotas; nowhere by default.
        public var logger = Logger(label: "weir") { _ in SwiftLogNoOpLogHandler() }

        /// The defaults.
        public init() {}

        func validated() throws(WeirError) -> Configuration {
            guard PlainName.isValid(keyPrefix, lengths: KeyScheme.prefixLengths) else {
                throw invalid("keyPrefix is '\(keyPrefix.prefix(40))'; it needs 1 to 16 of \(PlainName.characters)")
            }
            guard !keySecret.isEmpty else { throw invalid("keySecret is empty; leave the default or set a secret") }
            for (name, value) in [
                ("deadline", deadline), ("connectTimeout", connectTimeout), ("stallLimit", stallLimit),
            ] where value < .milliseconds(1) || value > .seconds(60) {
                throw invalid("\(name) is \(value); 1 millisecond to 60 seconds are possible")
            }
            guard (1...1_000_000).contains(queueLimit) else {
                throw invalid("queueLimit is \(queueLimit); 1 to 1000000 are possible")
            }
            guard (.zero ... .seconds(60)).contains(denialMemory) else {
                throw invalid("denialMemory is \(denialMemory); zero, which is off, to 60 seconds are possible")
            }
            if let complaint = failurePolicy.complaint { throw invalid("failurePolicy is \(complaint)") }
            guard (0...1000).contains(breakerFailures) else {
                throw invalid("breakerFailures is \(breakerFailures); 0, which is never, to 1000 are possible")
            }
            try tls.check("tls")
            try sentinelTLS?.check("sentinelTLS")
            guard !clientName.isEmpty, clientName.utf8.count <= 64, clientName.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
            else {
                throw invalid("clientName needs 1 to 64 printable ASCII characters without spaces")
            }
            return self
        }

        private func invalid(_ message: String) -> WeirError { WeirError(.invalidConfiguration, message) }
    }
}
