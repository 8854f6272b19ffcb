/// How fast requests are answered, to tell how long another one would wait.
///
/// An exponential mean of the time that each request has taken since the one before, of weight 1/8.
@usableFromInline
struct AnswerPace: Sendable {
    @usableFromInline var lastAnswer: ContinuousClock.Instant?
    /// For one request.
    @usableFromInline var mean: Duration = .zero

    @inlinable
    init() {}

    /// So many requests, which went out together, were answered.
    @inlinable
    mutating func answered(_ count: Int, takenAt: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        // While others were on their way, the server began with these only when those were done.
        let start = lastAnswer.map { max($0, takenAt) } ?? takenAt
        mean += (start.duration(to: now) / max(1, count) - mean) / 8
        lastAnswer = now
    }

    /// The time in which so many requests are answered.
    @inlinable
    func wait(behind count: Int) -> Duration { mean * count }
}
