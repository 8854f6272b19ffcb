import SeededRandom
import StressChecker
import StressHistory
import TestSupport
import Testing

/// What the checker says of histories in which primaries were killed and replicas lagged behind.
@Suite struct CheckerFailoverTests {
    typealias Options = CheckerFailoverHistory.Options

    @Test(arguments: [
        Options(refunds: 0, unknowns: 0, overrides: 0),
        Options(unknowns: 0, overrides: 0, lag: 0),
        Options(unknowns: 0),
        Options(refunds: 0, unknowns: 0, overrides: 0, hasPlaces: false),
        Options(refunds: 0, unknowns: 20, overrides: 0),
        Options(),
        Options(count: 2000, unknowns: 8, overrides: 60, failovers: 4, lag: 60),
        Options(unknowns: 0, isPlain: true),
        Options(unknowns: 30, isPlain: true),
    ])
    func `a loss that a lagging replica makes is explained, and found within its bounds`(_ options: Options) {
        let seed = SeededGenerator.printedSeed()
        for seed in seed..<(seed + 4) {
            let history = CheckerFailoverHistory(seed: seed, options)
            let findings = history.findings
            #expect(findings.isClean, "seed \(seed): \(findings.violations.prefix(3).flatMap(\.lines))")
            #expect(findings.attempts == history.attempts.count)
            #expect(findings.losses.count == history.made.count)
            var lost = 0
            for (loss, made) in zip(findings.losses, history.made) {
                lost += loss.least.units
                #expect(loss.isExplained, "seed \(seed)")
                #expect(loss.least.decisions <= made.decisions, "seed \(seed)")
                #expect(loss.most.decisions >= made.decisions, "seed \(seed)")
                #expect(loss.least.units <= made.units && loss.most.units >= made.units, "seed \(seed)")
                // A window may lack what an earlier one lost too.
                #expect(loss.largestOvershoot <= lost, "seed \(seed)")
            }
        }
    }

    @Test func `where every window is seen again, exactly what was lost is found`() {
        let seed = SeededGenerator.printedSeed()
        var lost = 0
        for seed in seed..<(seed + 40) {
            let options = Options(
                count: 600,
                refunds: 0,
                unknowns: 0,
                overrides: 0,
                failovers: 1,
                isPlain: true
            )
            let history = CheckerFailoverHistory(seed: seed, options)
            let losses = history.findings.losses
            #expect(losses.map(\.least.decisions) == history.made.map(\.decisions), "seed \(seed)")
            #expect(losses.map(\.most.decisions) == history.made.map(\.decisions), "seed \(seed)")
            #expect(losses.map(\.least.units) == history.made.map(\.units), "seed \(seed)")
            lost += history.made.reduce(0) { $0 + $1.decisions }
        }
        #expect(lost > 0)
    }

    @Test(arguments: CheckerFailoverHistory.Defect.allCases)
    func `it often shows where something is unknown, too`(_ defect: CheckerFailoverHistory.Defect) {
        let histories = (0..<UInt64(8)).map { seed in
            CheckerFailoverHistory(
                seed: seed,
                Options(count: 600, isPlain: defect != .admitsOneTooMany, defect: defect)
            )
        }
        let spoiled = histories.filter(\.isSpoiled)
        let caught = spoiled.count { !$0.findings.isClean }
        #expect(caught * 3 > spoiled.count, "\(caught) of \(spoiled.count)")
    }

    @Test(arguments: CheckerFailoverHistory.Defect.allCases)
    func `what no replica can lack is no loss but a violation`(_ defect: CheckerFailoverHistory.Defect) {
        let seed = SeededGenerator.printedSeed()
        var spoiled = 0
        for seed in seed..<(seed + 40) {
            var options = Options(count: 600, refunds: 0, unknowns: 0, overrides: 0, isPlain: true, defect: defect)
            if defect == .admitsOneTooMany { options.isPlain = false }
            let history = CheckerFailoverHistory(seed: seed, options)
            guard history.isSpoiled else { continue }
            spoiled += 1
            #expect(!history.findings.isClean, "seed \(seed)")
        }
        #expect(spoiled >= 5)
    }
}
