internal import Foundation
internal import StressChecker
internal import StressHistory

/// What came of a run: what was found, what is printed, and what the report shows.
struct RunOutcome {
    /// A client that tries again and again must not do so too often in any such time; microseconds.
    static let connectionStretch = 5_000_000
    /// How many microseconds make one sample of how full a window was.
    static let occupancyBucket = 100_000

    let options: StressOptions
    let plan: StressPlan
    let crew: Crew
    let faults: [Fault]
    let workload: Workload
    /// What each worker recorded, and when it was seen to be gone.
    var records: [(path: String, ended: Int, wasKilled: Bool)] = []
    /// When each worker tried to connect to Redis.
    var connections: [ConnectionAttempts] = []
    var redisVersion = ""
    var place = ""
    var audit: KeyAudit?
    var resources: ResourceWatch?
    /// How many keys were left after the longest window; nil if nobody waited for that.
    var leftovers: Int?
    /// Nanoseconds for each decision; nil if it was not measured.
    var recordingCost: Double?
    /// What a fault, or a busy machine, may make a call fail with.
    private static let errorsOfFaults: Set<String> = [
        "timed_out", "connection_lost", "unreachable", "refused", "overloaded", "protocol_violation",
    ]

    private(set) var findings = Findings()
    private(set) var limits: ToldLimits
    /// Why a history that was found wanting could not be kept.
    private var unwritten: [String] = []
    private(set) var tally: Tally
    private(set) var checkSeconds = 0.0
    /// Where the history was written.
    private(set) var history: String?

    init(options: StressOptions, plan: StressPlan, crew: Crew, faults: [Fault], workload: Workload) {
        self.options = options
        self.plan = plan
        self.crew = crew
        self.faults = faults
        self.workload = workload
        tally = Self.tally(plan, crew, faults, workload)
        limits = ToldLimits(workload)
    }

    private static func tally(_ plan: StressPlan, _ crew: Crew, _ faults: [Fault], _ workload: Workload) -> Tally {
        Tally(
            start: plan.start,
            end: plan.end,
            processes: crew.all.count,
            faults: faults,
            slots: workload.names.all.indices.map { workload.slot(of: $0) }
        )
    }

    /// The most attempts to connect that any process made in any ``connectionStretch`` in which Redis could not be reached.
    ///
    /// Nil if it always could.
    var connectionAttempts: Int? {
        let outages = faults.filter(\.kind.isOutage)
        guard !outages.isEmpty else { return nil }
        return connections.map { $0.most(in: Self.connectionStretch, during: outages) }.max()
    }

    var isClean: Bool { findings.isClean && complaints.isEmpty }

    /// What is wrong beside the decisions.
    var complaints: [String] {
        var complaints = (resources?.complaints ?? []) + limits.complaints + unwritten
        if tally.decidedByRedis == 0 { complaints.append("Redis decided nothing, so nothing is proved") }
        let strange = tally.errors.keys.filter { !Self.errorsOfFaults.contains($0) }
        for error in strange.sorted() {
            complaints.append("\(tally.errors[error] ?? 0) calls failed with \(error), which no fault explains")
        }
        if let key = audit?.immortal.first {
            complaints.append(
                "\(audit?.immortal.count ?? 0) keys have no expiry and would stay for ever, such as \(key)"
            )
        }
        if let leftovers, leftovers > 0 { complaints.append("\(leftovers) keys were left after the longest window") }
        return complaints
    }

    /// Reads, checks and counts everything, and writes the history if it is wanted or if something was found.
    mutating func examine() throws {
        let began = ContinuousClock.now
        try readAll(writingTo: options.history)
        checkSeconds = (ContinuousClock.now - began) / .seconds(1)
        guard !findings.isClean, options.history == nil else { return }
        do {
            try readAll(writingTo: "weir-stress-\(plan.seed).jsonl")
        } catch {
            // What was found has to be told all the same.
            unwritten = ["the history could not be kept: \(error)"]
        }
    }

    private mutating func readAll(writingTo path: String?) throws {
        var examination = try Examination(workload: workload, faults: faults)
        for record in records {
            try examination.add(record.path, ended: record.ended, wasKilled: record.wasKilled)
        }
        var tally = Self.tally(plan, crew, faults, workload)
        var limits = ToldLimits(workload)
        if let path {
            var writer = try HistoryWriter(
                path: path,
                attempts: examination.count,
                seed: plan.seed,
                faults: faults,
                names: workload.names
            )
            findings = try examination.findings { attempt in
                tally.add(attempt)
                limits.add(attempt)
                try writer.write(attempt)
            }
            try writer.finish()
        } else {
            findings = try examination.findings { attempt in
                tally.add(attempt)
                limits.add(attempt)
            }
        }
        self.tally = tally
        self.limits = limits
        history = path
    }

    func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            throw HistoryError("\(path) cannot be written: \(error.localizedDescription)")
        }
        print("written: \(path)")
    }
}
