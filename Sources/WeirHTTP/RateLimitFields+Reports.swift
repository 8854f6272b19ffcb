package import HTTPTypes
package import WeirFields

extension RateLimitFields {
    /// The fields for a standing that nobody has: what documentation shows is written by what answers requests.
    ///
    /// - Parameters:
    ///   - reports: where the rules stand, each with its name, in their order.
    ///   - violated: the names of the rules that refused.
    ///   - retryAfter: how long a refused client waits; no jitter is added.
    ///   - nearLimit: the names of the rules that are near their limit.
    ///   - time: the time of it, since the epoch.
    /// - Returns: what there is to tell.
    package func fields(
        for reports: [LimitReport],
        violated: Set<String> = [],
        retryAfter: Duration? = nil,
        nearLimit: [String] = [],
        at time: Duration
    ) -> HTTPFields {
        let rules = reports.compactMap { report in
            ToldRule(report, isViolated: report.name.map { violated.contains($0) } ?? false)
        }
        return fields(for: ToldUsage(rules: rules, retryAfter: retryAfter, nearLimit: nearLimit, time: time))
    }
}
