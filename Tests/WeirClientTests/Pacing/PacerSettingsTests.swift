import Testing
import WeirClient

/// What is set beyond its range becomes the end of that range.
@Suite struct PacerSettingsTests {
    private static let tenYears = Duration.seconds(315_360_000)

    @Test(arguments: [(-1, 0), (0, 0), (0.3, 0.3), (1, 1), (80, 1), (.infinity, 1)] as [(Double, Double)])
    func sharesAreWithinZeroAndOne(set: Double, expected: Double) {
        var settings = Pacer.Settings()
        (settings.ampleShare, settings.nearShare) = (set, set)
        #expect(settings.ampleShare == expected && settings.nearShare == expected)
    }

    @Test func whatIsNoNumberIsTheDefault() {
        var settings = Pacer.Settings()
        (settings.ampleShare, settings.nearShare) = (.nan, .nan)
        #expect(settings == Pacer.Settings())
    }

    @Test(arguments: [(Int.min, 1), (0, 1), (1, 1), (9, 9)])
    func atLeastOneAttemptIsMade(set: Int, expected: Int) {
        var settings = Pacer.Settings()
        settings.mostAttempts = set
        #expect(settings.mostAttempts == expected)
    }

    @Test(arguments: [
        (Duration.seconds(-1), Duration.zero), (.zero, .zero), (.seconds(9), .seconds(9)),
        (.seconds(Int64.max), tenYears),
    ])
    func timesAreNeitherNegativeNorForEver(set: Duration, expected: Duration) {
        var settings = Pacer.Settings()
        (settings.longestSpacing, settings.longestWait) = (set, set)
        #expect(settings.longestSpacing == expected && settings.longestWait == expected)
        settings.unknownReset = set
        #expect(settings.unknownReset == max(expected, .milliseconds(1)), "zero would ask without a pause")
        (settings.backoff.base, settings.backoff.longest) = (set, set)
        #expect(settings.backoff == Backoff(base: set, longest: set))
        #expect(settings.backoff.base == expected && settings.backoff.longest == expected)
        #expect(settings.backoff.ceiling(afterFailures: .max) == expected)
    }
}
