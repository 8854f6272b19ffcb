import Foundation
import SeededRandom
import StressChecker
import StressHistory
import TestSupport
import Testing

/// Random histories: those of a right server are clean, and what is changed in them or wrong with their server shows.
@Suite struct CheckerRandomTests {
    typealias Options = CheckerRandomHistory.Options

    static let exact = Options(count: 600, unknowns: 0)
    /// How many histories a promise is tried on.
    static let tries: UInt64 = ProcessInfo.processInfo.environment["WEIR_FAST"] == nil ? 12 : 3

    @Test(arguments: [
        Options(count: 600, refunds: 0, unknowns: 0, overrides: 0),
        exact,
        Options(count: 600, refunds: 0, overrides: 0),
        Options(count: 600),
        Options(count: 600, unknowns: 4, overrides: 40),
        Options(count: 600, refunds: 0, unknowns: 0, hasPlaces: false),
        Options(count: 600, unknowns: 8, overrides: 60, hasPlaces: false),
    ])
    func historyOfARightServerIsClean(_ options: Options) {
        let seed = SeededGenerator.printedSeed()
        var found = (counted: 0, notCounted: 0)
        for seed in seed..<(seed + Self.tries) {
            let history = CheckerRandomHistory(seed: seed, options)
            let findings = history.findings
            #expect(findings.isClean, "seed \(seed): \(findings.violations.prefix(2).flatMap(\.lines))")
            #expect(findings.unknownCounted <= history.counted, "seed \(seed)")
            #expect(findings.unknownNotCounted <= findings.unknown - history.counted, "seed \(seed)")
            found.counted += findings.unknownCounted
            found.notCounted += findings.unknownNotCounted
        }
        guard options.unknowns > 0 else { return }
        #expect(found.notCounted > 0)
        if options.hasPlaces { #expect(found.counted > 0) }
    }

    /// Where nothing is unknown, whatever is changed in what was told shows at once.
    @Test(arguments: CheckerTampering.Kind.allCases)
    func changeShowsWhereNothingIsUnknown(_ kind: CheckerTampering.Kind) {
        let seed = SeededGenerator.printedSeed()
        for seed in seed..<(seed + Self.tries) {
            let history = CheckerRandomHistory(seed: seed, Self.exact)
            var tampering = CheckerTampering(seed: seed)
            guard let attempts = tampering.change(kind, in: history.attempts) else { continue }
            let findings = CheckerRandomHistory.findings(attempts, history.names, history.faults)
            #expect(!findings.isClean, "seed \(seed)")
        }
    }

    /// Where something is unknown, most of it does.
    @Test(arguments: CheckerTampering.Kind.allCases)
    func changeMostlyShowsWhereSomethingIsUnknown(_ kind: CheckerTampering.Kind) {
        var (tried, caught) = (0, 0)
        // Always the same histories: a share of a few must not depend on luck.
        for seed in UInt64(1)...20 {
            let history = CheckerRandomHistory(seed: seed, Options(count: 600, unknowns: 60))
            var tampering = CheckerTampering(seed: seed)
            guard let attempts = tampering.change(kind, in: history.attempts) else { continue }
            tried += 1
            if !CheckerRandomHistory.findings(attempts, history.names, history.faults).isClean { caught += 1 }
        }
        #expect(caught * 4 > tried, "\(caught) of \(tried)")
    }

    /// What a wrong server does differently shows where nothing is unknown, and mostly elsewhere.
    @Test(arguments: CheckerToyServer.Defect.allCases)
    func wrongServerIsCaught(_ defect: CheckerToyServer.Defect) {
        for unknowns in [0, 60] {
            var (tried, caught) = (0, 0)
            // Always the same histories: a share of a few must not depend on luck.
            for seed in UInt64(1)...10 {
                var options = Options(count: 800, unknowns: unknowns)
                let right = CheckerRandomHistory(seed: seed, options)
                options.defect = defect
                let wrong = CheckerRandomHistory(seed: seed, options)
                guard wrong.attempts != right.attempts else { continue }
                tried += 1
                let isCaught = !wrong.findings.isClean
                if isCaught { caught += 1 }
                if unknowns == 0 { #expect(isCaught, "seed \(seed)") }
            }
            #expect(caught * 2 > tried, "\(caught) of \(tried), one in \(unknowns) unknown")
        }
    }
}
