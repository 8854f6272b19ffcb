extension RequestGate {
    /// Whether a gate refuses, or only finds out whom it would refuse.
    public enum Mode: String, Sendable, Hashable, CaseIterable, Codable {
        /// What does not fit is refused.
        case enforce
        /// Everything goes on, and clients are told nothing.
        ///
        /// What fits is counted as ever; what would have been refused is not, and is reported: to
        /// ``RequestGate/Settings/onDecision``, in the log, by the names of the rules, and in the metric
        /// `weir_shadow_denials`. A request without a decision goes on too.
        case shadow
    }
}
