/// Exponential backoff with full jitter: a random wait below a ceiling that doubles with each failure.
///
/// With the defaults the ceilings are 100, 200, 400 ms … 30 s. Source: "Exponential Backoff And Jitter", AWS Architecture
/// Blog, 2015.
public struct Backoff: Sendable, Hashable {
    /// The first ceiling; 100 ms by default, and at least none.
    public var base: Duration { didSet { base = base.bounded() } }
    /// The highest ceiling; 30 s by default, and at least none.
    public var longest: Duration { didSet { longest = longest.bounded() } }

    /// A backoff from `base` up to `longest`; of both, what is negative is none, and what exceeds ten years is ten years.
    public init(base: Duration = .milliseconds(100), longest: Duration = .seconds(30)) {
        self.base = base.bounded()
        self.longest = longest.bounded()
    }

    /// The highest wait after so many failures in a row, counted from 1.
    public func ceiling(afterFailures count: Int) -> Duration {
        min(longest, base * (1 << min(max(count, 1) - 1, 30)))
    }

    /// A wait after so many failures in a row; `random` is a number in `0 ..< 1`.
    func wait(afterFailures count: Int, random: Double) -> Duration { ceiling(afterFailures: count) * random }
}
