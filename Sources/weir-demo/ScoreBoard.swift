#if Hummingbird
import Console

/// Adds up what is under way and shows it now and then.
actor ScoreBoard {
    private let start = ContinuousClock.now
    private let seconds: Int
    private var shown: ContinuousClock.Instant?
    private var latest: [String: Tally] = [:]

    init(seconds: Int) { self.seconds = seconds }

    func show(_ tally: Tally) {
        latest["\(tally.token) \(tally.endpoint)"] = tally
        let now = ContinuousClock.now
        if let shown, now - shown < ProgressLine.interval { return }
        shown = now
        let elapsed = Int((now - start).components.seconds)
        let admitted = latest.values.map(\.admitted).reduce(0, +)
        let refused = latest.values.map(\.refused).reduce(0, +)
        ProgressLine.show("traffic: \(elapsed) of \(seconds) s, \(admitted) admitted, \(refused) refused")
    }
}
#endif
