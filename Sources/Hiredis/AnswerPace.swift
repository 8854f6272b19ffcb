/// How fast commands are answered, to tell how long another one would wait.
///
/// An exponential mean, of weight 1/8, of the time that each command has taken since the one before. It is of no use once
/// nothing has been asked for a while: a server that was slow then need not be slow now.
@usableFromInline
struct AnswerPace: Sendable {
    @usableFromInline var lastAnswer: ContinuousClock.Instant?
    /// For one command.
    @usableFromInline var mean: Duration = .zero

    /// So long a pause is a new beginning.
    @usableFromInline static let pause: Duration = .milliseconds(100)

    @inlinable
    init() {}

    /// A command goes out while no other is on its way.
    @inlinable
    mutating func begin(at now: ContinuousClock.Instant) {
        if let lastAnswer, lastAnswer.duration(to: now) > Self.pause { self = AnswerPace() }
    }

    /// A command was answered.
    @inlinable
    mutating func answered(takenAt: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        // While others were on their way, the server began with this one only when those were done.
        let start = lastAnswer.map { max($0, takenAt) } ?? takenAt
        mean += (start.duration(to: now) - mean) / 8
        lastAnswer = now
    }

    /// The time in which so many commands are answered.
    ///
    /// A few are added up: to multiply a `Duration` by an integer takes many times as long as to add two.
    @inlinable
    func wait(for commands: Int) -> Duration {
        commands > 16 ? mean * commands : repeatElement(mean, count: commands).reduce(.zero, +)
    }
}
