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
        /// Called with each denial before the request is refused, or in ``Mode/shadow`` goes on; nobody by default.
        ///
        /// It is called on the request's own task, which waits for it.
        public var onDenied: (@Sendable (Denial, Descriptor) -> Void)?
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
        ///   - onDenied: called with each denial.
        ///   - metrics: where metrics go.
        ///   - logger: where the gate logs what belongs to no request's own logger.
        public init(
            fields: RateLimitFields = RateLimitFields(),
            refusals: Refusals = Refusals(),
            mode: Mode = .enforce,
            charging: Charging = .always,
            onDenied: (@Sendable (Denial, Descriptor) -> Void)? = nil,
            metrics: any MetricsFactory = MetricsSystem.factory,
            logger: Logger = Logger(label: "weir") { _ in SwiftLogNoOpLogHandler() }
        ) {
            self.fields = fields
            self.refusals = refusals
            self.mode = mode
            self.charging = charging
            self.onDenied = onDenied
            self.metrics = metrics
            self.logger = logger
        }

        /// What a client is told of a decision; nothing in the shadow.
        func toldFields(for decision: Decision) -> HTTPFields {
            mode == .shadow ? HTTPFields() : fields.fields(for: decision)
        }
    }
}
