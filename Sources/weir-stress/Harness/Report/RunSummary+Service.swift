extension RunSummary {
    /// How a failover looked to callers, in microseconds.
    package struct Service: Sendable, Hashable {
        /// From the end of the primary to the promotion of its replica.
        package var promotion: Int
        /// From the promotion to the first decision of the promoted one that a caller was told; nil if there was none.
        package var firstDecision: Int?
        /// From the promotion to the last error that a caller was told, zero if it was before; nil if there was none.
        package var lastError: Int?

        package init(promotion: Int, firstDecision: Int?, lastError: Int?) {
            self.promotion = promotion
            self.firstDecision = firstDecision
            self.lastError = lastError
        }
    }
}
