internal import Console
internal import StressHistory

/// What goes on, a line every half second: from the records of the workers, as they grow.
struct ProgressDisplay {
    private let start: Int
    private let crew: Crew
    private var readers: [Int: RecordFileReader] = [:]

    init(crew: Crew, start: Int) {
        self.crew = crew
        self.start = start
    }

    /// Shows lines until the time is over, or a worker has come to grief.
    mutating func run(until end: Int, template: @escaping @Sendable (Int) -> WindowFact) async throws {
        while WallClock.now < end {
            try await WallClock.sleep(until: min(end, WallClock.now + 500_000))
            if let complaint = crew.complaint { throw HistoryError(complaint) }
            show(template)
        }
        ProgressLine.show("")
    }

    private mutating func show(_ template: @escaping @Sendable (Int) -> WindowFact) {
        var latencies = Latencies(isCoarse: true)
        var total = RecordCounters()
        for worker in crew.all {
            if readers[worker.number] == nil {
                readers[worker.number] = try? RecordFileReader(path: worker.record, template: template)
            }
            guard var reader = readers[worker.number] else { continue }
            for attempt in (try? reader.sample(most: 500)) ?? [] { latencies.add(attempt.done - attempt.sent) }
            total += reader.counters
            readers[worker.number] = reader
        }
        let elapsed = Double(max(0, WallClock.now - start)) / 1_000_000
        ProgressLine.show(
            "\(Table.number(elapsed, "%5.1f")) s  \(total.attempts.grouped) decisions  \(total.allowed.grouped) admitted"
                + "  \(total.denied.grouped) denied  \(total.unknown.grouped) unknown  \(total.failed.grouped) failed"
                + "  p99 \(Table.number(Double(latencies.percentile(99)) / 1000, "%.1f")) ms"
        )
    }
}
