import SeededRandom
import StressChecker
import StressHistory
import TestSupport
import Testing

/// Random histories: those of a right server are clean, and what is changed in them or wrong with their server shows.
@Suite struct CheckerRandomTests {
    typealias Options = CheckerRandomHistory.Options

    @Test(arguments: [
        Options(refunds: 0, unknowns: 0, overrides: 0),
        Options(unknowns: 0),
        Options(refunds: 0, overrides: 0),
        Options(),
        Options(unknowns: 4, overrides: 40),
        Options(refunds: 0, unknowns: 0, hasPlaces: false),
        Options(unknowns: 8, overrides: 60, hasPlaces: false),
    ])
    func historyOfARightServerIsClean(_ options: Options) {
        let seed = SeededGenerator.printedSeed()
        for seed in seed..<(seed + 10) {
            let history = CheckerRandomHistory(seed: seed, options)
            let findings = history.findings
            #expect(findings.isClean, "seed \(seed): \(findings.violations.prefix(2).flatMap(\.lines))")
            #expect(findings.unknownCounted <= history.counted, "seed \(seed)")
            #expect(findings.unknownNotCounted <= findings.unknown - history.counted, "seed \(seed)")
        }
    }

    /// Where nothing is unknown, whatever is changed in what was told shows.
    @Test(arguments: CheckerTampering.Kind.allCases)
    func changeShowsWhereNothingIsUnknown(_ kind: CheckerTampering.Kind) {
        for seed in 0..<UInt64(10) {
            let history = CheckerRandomHistory(seed: seed, Options(count: 400, unknowns: 0))
            guard let isCaught = isCaught(kind, in: history, seed) else { continue }
            #expect(isCaught, "seed \(seed)")
        }
    }

    /// Where something is unknown, much of it still does.
    @Test(arguments: CheckerTampering.Kind.allCases)
    func changeOftenShowsWhereSomethingIsUnknown(_ kind: CheckerTampering.Kind) {
        let caught = (0..<UInt64(20)).compactMap { seed in
            isCaught(kind, in: CheckerRandomHistory(seed: seed, Options(count: 400, unknowns: 60)), seed)
        }
        #expect(caught.count { $0 } * 3 > caught.count, "\(caught)")
    }

    private func isCaught(_ kind: CheckerTampering.Kind, in history: CheckerRandomHistory, _ seed: UInt64) -> Bool? {
        var tampering = CheckerTampering(seed: seed)
        return tampering.change(kind, in: history.attempts).map { attempts in
            !CheckerRandomHistory.findings(attempts, history.names, history.faults).isClean
        }
    }

    /// Where nothing is unknown, whatever a wrong server does differently shows.
    @Test(arguments: CheckerToyServer.Defect.allCases)
    func wrongServerIsCaught(_ defect: CheckerToyServer.Defect) {
        var differences = 0
        for seed in 0..<UInt64(6) {
            var options = Options(unknowns: 0)
            let right = CheckerRandomHistory(seed: seed, options)
            options.defect = defect
            let wrong = CheckerRandomHistory(seed: seed, options)
            guard wrong.attempts != right.attempts else { continue }
            differences += 1
            #expect(!wrong.findings.isClean, "seed \(seed)")
        }
        #expect(differences >= 3)
    }

    /// Where something is unknown, most of it does.
    @Test(arguments: CheckerToyServer.Defect.allCases)
    func wrongServerIsMostlyCaughtWhereSomethingIsUnknown(_ defect: CheckerToyServer.Defect) {
        let caught = (0..<UInt64(6)).count { seed in
            !CheckerRandomHistory(seed: seed, Options(unknowns: 60, defect: defect)).findings.isClean
        }
        #expect(caught >= 3)
    }
}
