package import StressHistory

extension RunSummary {
    /// A fault that was made, and what came of it.
    package struct Disturbance: Sendable, Hashable {
        package var fault: Fault
        /// What it may cost its callers, in a sentence.
        package var effect: String
        /// From its end to the last error before the next fault; nil if that is not known.
        package var recovery: Int?
        /// Of a failover.
        package var service: Service?

        package init(fault: Fault, effect: String, recovery: Int?, service: Service? = nil) {
            self.fault = fault
            self.effect = effect
            self.recovery = recovery
            self.service = service
        }
    }
}
