internal import Foundation
internal import StressChecker
internal import StressHistory

extension RunOutcome {
    /// All that the report shows.
    var summary: RunSummary {
        RunSummary(
            setting: setting,
            totals: totals,
            latency: tally.latencies.summary,
            processes: zip(crew.all, tally.shares).map { worker, share in
                RunSummary.ProcessShare(
                    number: worker.number,
                    decisions: share.decisions,
                    admitted: share.admitted,
                    denied: share.denied,
                    unknown: share.unknown,
                    median: share.latencies.percentile(50),
                    p99: share.latencies.percentile(99),
                    longest: share.latencies.longest,
                    kills: worker.killed == nil ? 0 : 1
                )
            },
            bucket: tally.bucket,
            course: tally.moments,
            disturbances: tally.recoveries.all.map { fault, recovery, service in
                RunSummary.Disturbance(fault: fault, effect: fault.kind.effect, recovery: recovery, service: service)
            },
            windows: traces,
            unknowns: RunSummary.Unknowns(
                counted: findings.unknownCounted,
                didNotCount: findings.unknownNotCounted,
                undecided: findings.unknownUndecided
            ),
            verdicts: Invariant.allCases.map { invariant in
                RunSummary.Verdict(
                    name: invariant.code,
                    title: invariant.title,
                    meaning: invariant.meaning,
                    violations: findings.counts[invariant] ?? 0
                )
            },
            losses: findings.losses,
            violations: findings.violations.flatMap { $0.lines } + complaints
        )
    }

    private var setting: RunSummary.Setting {
        let cores = ProcessInfo.processInfo.processorCount
        return RunSummary.Setting(
            start: plan.start,
            seconds: options.seconds,
            processes: options.processes,
            tasks: options.tasks,
            seed: options.seed,
            pace: options.rate.map { Int($0) },
            place: place,
            redisVersion: redisVersion,
            machine: "\(cores) cores",
            command: CommandLine.arguments.dropFirst().joined(separator: " ")
        )
    }

    private var totals: RunSummary.Totals {
        RunSummary.Totals(
            decisions: findings.attempts,
            admitted: findings.allowed,
            denied: findings.denied,
            unknown: findings.unknown,
            failed: findings.failed,
            violations: findings.violationCount + complaints.count,
            decisionsPerSecond: Double(findings.attempts) / options.seconds,
            recordingCost: recordingCost,
            longestWait: tally.latencies.longest,
            deadline: plan.deadline * 1000,
            connectionAttempts: connectionAttempts
        )
    }

    /// The busiest windows, as the checker saw them.
    private var traces: [RunSummary.WindowTrace] {
        workload.busiest.compactMap { window in
            guard let samples = findings.occupancy[window], !samples.isEmpty else { return nil }
            return RunSummary.WindowTrace(
                rule: workload.names[window].rule,
                subject: workload.names[window].subject,
                period: workload.template(of: window).period,
                bucket: Self.occupancyBucket,
                samples: samples.map { sample in
                    RunSummary.WindowTrace.Sample(
                        time: sample.time,
                        most: sample.units,
                        limit: sample.limit,
                        overshoot: sample.overshoot
                    )
                }
            )
        }
    }

    /// The fullest of the busiest windows, drawn.
    var picture: String? {
        let summary = summary
        return summary.windows.max { $0.fullness < $1.fullness }.map { OccupancyPicture(summary, of: $0).svg }
    }
}

extension RunSummary.WindowTrace {
    /// How many samples show it near its limit, above a log's few units.
    fileprivate var fullness: Int {
        samples.count { sample in
            sample.limit.map { $0 > 128 && sample.most * 10 > $0 * 9 } ?? false
        }
    }
}
