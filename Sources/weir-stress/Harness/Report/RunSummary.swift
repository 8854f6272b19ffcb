package import StressChecker

/// Everything that the report of a run shows.
///
/// It holds values alone, so whoever knows them can fill it. Times are microseconds since the epoch, and lengths of
/// time are microseconds. Texts may hold anything: the report escapes them.
package struct RunSummary: Sendable {
    package var setting: Setting
    package var totals: Totals
    /// How long callers waited, over all processes.
    package var latency: Latency
    /// In the order of their numbers.
    package var processes: [ProcessShare]
    /// The length of a ``Moment`` of the course.
    package var bucket: Int
    /// The run from its start to its end, in order; what is missing was idle.
    package var course: [Moment]
    package var disturbances: [Disturbance]
    /// The busiest windows, the busiest first; the report shows six.
    package var windows: [WindowTrace]
    package var unknowns: Unknowns
    /// In the order of their names.
    package var verdicts: [Verdict]
    /// What each failover lost, in their order.
    package var losses: [Loss]
    /// The first violations, a line each.
    package var violations: [String]

    package init(
        setting: Setting,
        totals: Totals,
        latency: Latency,
        processes: [ProcessShare],
        bucket: Int,
        course: [Moment],
        disturbances: [Disturbance],
        windows: [WindowTrace],
        unknowns: Unknowns,
        verdicts: [Verdict],
        losses: [Loss] = [],
        violations: [String]
    ) {
        self.setting = setting
        self.totals = totals
        self.latency = latency
        self.processes = processes
        self.bucket = bucket
        self.course = course
        self.disturbances = disturbances
        self.windows = windows
        self.unknowns = unknowns
        self.verdicts = verdicts
        self.losses = losses
        self.violations = violations
    }

    /// How often an invariant was broken: whoever counted more is believed.
    var violationCount: Int {
        max(totals.violations, verdicts.reduce(0) { $0 + $1.violations }, violations.count)
    }
}
