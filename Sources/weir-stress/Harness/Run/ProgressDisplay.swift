internal import Console
internal import StressHistory

/// What goes on, a line every half second: from the records of the workers, as they grow.
struct ProgressDisplay {
    /// How many of a worker's latest attempts are looked at each time.
    private static let sample = 500

    /// What a worker has recorded by now; a class, for what looks into a file cannot be copied.
    private final class View {
        var progress: RecordProgress

        init(_ progress: consuming RecordProgress) { self.progress = progress }
    }

    let crew: Crew
    let start: Int

    /// Shows lines until the time is over.
    ///
    /// - Throws: if a worker has come to grief.
    func run(until end: Int) async throws {
        var views: [Int: View] = [:]
        while EpochClock.now < end {
            try await EpochClock.sleep(until: min(end, EpochClock.now + 500_000))
            if let complaint = crew.complaint { throw HistoryError(complaint) }
            for worker in crew.all where views[worker.number] == nil {
                // Until a worker has made its file, there is nothing to look into.
                if let progress = try? RecordProgress(path: worker.record) { views[worker.number] = View(progress) }
            }
            show(Array(views.values))
        }
        ProgressLine.show("")
    }

    private func show(_ views: [View]) {
        var latencies = Latencies(isCoarse: true)
        var total = RecordProgress.Counts()
        for view in views {
            for attempt in (try? view.progress.sample(most: Self.sample)) ?? [] {
                latencies.add(attempt.done - attempt.sent)
            }
            let counts = view.progress.counts
            total.attempts += counts.attempts
            total.allowed += counts.allowed
            total.denied += counts.denied
            total.unknown += counts.unknown
            total.failed += counts.failed
        }
        let elapsed = Double(max(0, EpochClock.now - start)) / 1_000_000
        ProgressLine.show(
            "\(Table.number(elapsed, "%5.1f")) s  \(total.attempts.grouped) decisions  \(total.allowed.grouped) admitted"
                + "  \(total.denied.grouped) denied  \(total.unknown.grouped) unknown  \(total.failed.grouped) failed"
                + "  p99 \(Table.number(Double(latencies.percentile(99)) / 1000, "%.1f")) ms"
        )
    }
}
