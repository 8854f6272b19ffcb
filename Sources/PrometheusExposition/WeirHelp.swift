/// What the metrics of Weir are, for whoever reads them where they are shown.
package enum WeirHelp {
    /// By their labels in swift-metrics.
    package static let texts = [
        "weir_batch_size": "Decisions that one call of the script made.",
        "weir_breaker_open": "Servers that are given up for a while.",
        "weir_breaker_opened": "How often a server was given up for a while.",
        "weir_decision_seconds": "How long a decision took.",
        "weir_decisions": "Decisions by rule: all rules of an admission, the violated ones of a denial.",
        "weir_local_settled": "Units admitted by this instance alone that were added to the shared counts later.",
        "weir_near_limit": "Decisions near a limit.",
        "weir_policy_decisions": "Decisions that Redis did not make.",
        "weir_queue_depth": "Decisions that waited when the last batch was made.",
        "weir_quota_decisions": "Creations and registrations of sites that were decided.",
        "weir_shadow_denials": "Requests that shadow mode let through and that would have been refused.",
        "weir_unknown_outcomes": "Calls that may have counted.",
    ]
}
