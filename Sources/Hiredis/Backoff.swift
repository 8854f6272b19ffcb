/// Full-jitter exponential backoff: a random wait below a ceiling that doubles with each failure.
///
/// With the defaults the ceilings are 50, 100, 200 ms … 2 s. Source: "Exponential Backoff And Jitter", AWS Architecture
/// Blog, 2015.
package struct Backoff: Sendable {
    package var first: Duration = .milliseconds(50)
    package var longest: Duration = .seconds(2)
    /// The same after failures that only a person can mend, such as a wrong password.
    package var longestIfPermanent: Duration = .seconds(30)
    /// A connection that has lasted this long ends the series of failures.
    package var healthy: Duration = .seconds(10)
    package private(set) var failures = 0

    package init() {}

    /// The next wait.
    ///
    /// - Parameters:
    ///   - isPermanent: whether only a person can mend what has failed.
    ///   - random: a number in `0 ..< 1`.
    /// - Returns: how long to wait.
    package mutating func next(isPermanent: Bool = false, random: Double) -> Duration {
        let ceiling = min(isPermanent ? longestIfPermanent : longest, first * (1 << min(failures, 16)))
        failures += 1
        return ceiling * random
    }

    package mutating func connectionLasted(_ duration: Duration) {
        if duration >= healthy { failures = 0 }
    }
}
