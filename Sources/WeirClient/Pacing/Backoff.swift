/// Exponential backoff with full jitter: a random wait below a ceiling that doubles with each failure.
///
/// With the defaults the ceilings are 100, 200, 400 ms … 30 s. Source: "Exponential Backoff And Jitter", AWS Architecture
/// Blog, 2015.
public struct Backoff: Sendable, Hashable {
    /// The first ceiling; 100 ms by default.
    public var base: Duration
    /// The highest ceiling; 30 s by default.
    public var longest: Duration

    /// A backoff from `base` up to `longest`.
    public init(base: Duration = .milliseconds(100), longest: Duration = .seconds(30)) {
        self.base = base
        self.longest = longest
    }

    /// The highest wait after so many failures in a row, counted from 1.
    public func ceiling(afterFailures count: Int) -> Duration {
        min(longest, base * (1 << min(max(count, 1) - 1, 30)))
    }

    /// A wait after so many failures in a row; `random` is a number in `0 ..< 1`.
    func wait(afterFailures count: Int, random: Double) -> Duration { ceiling(afterFailures: count) * random }
}
