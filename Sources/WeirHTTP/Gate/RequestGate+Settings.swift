public import CoreMetrics
internal import HTTPTypes
public import Logging
public import Weir

extension RequestGate {
    /// What a gate tells, charges and reports.
    public struct Settings: Sendable {
        /// Which header fields tell clients where they stand; `RateLimit` alone by default.
        public var fields: RateLimitFields
        /// With what a refused request is answered, by the rule that refused; 429 and JSON by default.
        public var refusals: Refusals
        /// Whether requests are refused at all; they are by default.
        public var mode: Mode
        /// Which responses count, and how much; all of them count what was asked for by default.
        public var charging: Charging
        /// By whom the rules count, as `Dialect.list` tells it: `pk=:Vh2s4oPzG1w=:`; nobody is told by default.
        ///
        /// Clients and whatever passes their responses on can see it: it must give nobody away, as
        /// ``hashedPartitionKey(of:secret:)`` does. It is called on the request's own task.
        public var partitionKey: (@Sendable (Descriptor) -> [UInt8]?)?
        /// Called with each decision before the request goes on or is refused; nobody by default.
        ///
        /// In ``Mode/shadow`` a denied request goes on: this is where a service learns who would have been refused. It is
        /// called on the request's own task, which waits for it.
        public var onDecision: (@Sendable (Decision, Descriptor) -> Void)?
        /// Where metrics go; swift-metrics' own system by default.
        ///
        /// `weir_shadow_denials` counts what ``Mode/shadow`` let go on, by each rule that would have refused it.
        public var metrics: any MetricsFactory
        /// Where denials in ``Mode/shadow``, usage near a limit and charges that could not be settled are logged, if the
        /// request has no logger of its own; nowhere by default.
        public var logger: Logger

        /// Settings; without any, those of a plain rate limit.
        ///
        /// - Parameters:
        ///   - fields: which header fields tell clients where they stand.
        ///   - refusals: with what a refused request is answered.
        ///   - mode: whether requests are refused at all.
        ///   - charging: which responses count, and how much.
        ///   - partitionKey: by whom the rules count, as `Dialect.list` tells it.
        ///   - onDecision: called with each decision.
        ///   - metrics: where metrics go.
        ///   - logger: where the gate logs what belongs to no request's own logger.
        public init(
            fields: RateLimitFields = RateLimitFields(),
            refusals: Refusals = Refusals(),
            mode: Mode = .enforce,
            charging: Charging = .always,
            partitionKey: (@Sendable (Descriptor) -> [UInt8]?)? = nil,
            onDecision: (@Sendable (Decision, Descriptor) -> Void)? = nil,
            metrics: any MetricsFactory = MetricsSystem.factory,
            logger: Logger = Logger(label: "weir") { _ in SwiftLogNoOpLogHandler() }
        ) {
            self.fields = fields
            self.refusals = refusals
            self.mode = mode
            self.charging = charging
            self.partitionKey = partitionKey
            self.onDecision = onDecision
            self.metrics = metrics
            self.logger = logger
        }

        /// A partition key that gives nobody away: 64 bits of a keyed hash of one part.
        ///
        /// `settings.partitionKey = RequestGate.Settings.hashedPartitionKey(of: .group, secret: secret)`
        ///
        /// The same part has the same key on all instances that have the same secret. The key is no part of any in Redis.
        ///
        /// - Parameters:
        ///   - part: by what the rules count, such as the token or the group; a request without it has no key.
        ///   - secret: what keeps a name from being found by trying; that of `RateLimiter.Configuration` may be used.
        /// - Returns: what ``partitionKey`` is to be.
        public static func hashedPartitionKey(
            of part: Descriptor.Part,
            secret: String
        ) -> @Sendable (Descriptor) -> [UInt8]? {
            let keys = KeyScheme(prefix: "", secret: Array(secret.utf8))
            return { keys.partitionKey(of: part, in: $0) }
        }

        /// What an admitted client is told; nothing in the shadow.
        func toldFields(for usage: Usage, _ descriptor: Descriptor) -> HTTPFields {
            mode == .shadow ? HTTPFields() : fields.fields(for: usage, partitionKey: partitionKey?(descriptor))
        }
    }
}
