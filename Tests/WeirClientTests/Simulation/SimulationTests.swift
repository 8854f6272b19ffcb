import Testing
import Weir
import WeirClient
import WeirFields

/// 20 tasks with 50 requests against 5 per 2 seconds, in virtual time: 18 seconds at best.
@Suite struct SimulationTests {
    private static let seeds = 1...8 as ClosedRange<UInt64>

    @Test func whoeverIsToldTheWindowIsHardlyRefusedAndHardlySlower() throws {
        for seed in Self.seeds {
            let run = try Run.of(dialect: .list, seed: seed)
            #expect(run.admitted == 50 && run.lost == 0, "seed \(seed): \(run)")
            #expect(run.refused <= 2, "seed \(seed): \(run)")
            #expect((18.0...18 * 1.15).contains(run.seconds), "seed \(seed): \(run)")
        }
    }

    @Test(arguments: [Dialect.dictionary, .trio, .xRateLimit])
    func whoeverLearnsTheWindowIsAsGood(dialect: Dialect) throws {
        for seed in Self.seeds {
            let run = try Run.of(dialect: dialect, seed: seed)
            #expect(run.admitted == 50 && run.lost == 0, "seed \(seed): \(run)")
            #expect(run.refused <= 2, "seed \(seed): \(run)")
            #expect((18.0...18 * 1.15).contains(run.seconds), "seed \(seed): \(run)")
        }
    }

    /// A reset told as a time of day in whole seconds is up to a second late, whatever the client does.
    @Test func aTimeOfDayServesALittleLess() throws {
        for seed in Self.seeds {
            let run = try Run.of(dialect: .xRateLimitEpoch, seed: seed)
            #expect(run.admitted == 50 && run.lost == 0, "seed \(seed): \(run)")
            #expect(run.refused <= 2, "seed \(seed): \(run)")
            #expect((18.0...18 * 1.25).contains(run.seconds), "seed \(seed): \(run)")
        }
    }

    @Test func withoutAPacerMostAreRefused() throws {
        let run = try Run.of(dialect: .list, seed: 1, isPaced: false)
        #expect(run.refused > 40)
    }

    /// The other takes what comes back as soon as it can, so some are refused; all get through.
    @Test(arguments: [Dialect.list, .dictionary])
    func whoeverSharesTheLimitGetsThrough(dialect: Dialect) throws {
        for seed in Self.seeds {
            let run = try Run.of(dialect: dialect, seed: seed, othersEvery: .seconds(1))
            #expect(run.admitted == 50 && run.lost == 0, "seed \(seed): \(run)")
            #expect(run.refused <= 8, "seed \(seed): \(run)")
        }
    }

    @Test(arguments: [
        Limit(1, per: .milliseconds(300)), Limit(2, per: .seconds(1)), Limit(3, per: .milliseconds(1_500)),
        Limit(10, per: .seconds(1)), Limit(40, per: .seconds(30)), Limit(300, per: .seconds(60)),
    ])
    func otherLimitsAreKeptToAsWell(limit: Limit) throws {
        for dialect in [Dialect.list, .dictionary] {
            let run = try Run.of(limit: limit, dialect: dialect, seed: 7, requests: limit.count * 4 + 3)
            #expect(run.lost == 0, "\(run)")
            #expect(run.refused <= 2, "\(run)")
        }
    }

    @Test func aServerThatTellsNothingIsAskedFreely() throws {
        let run = try Run.of(limit: Limit(1_000, per: .hour), dialect: nil, seed: 1, requests: 200)
        #expect(run.admitted == 200 && run.refused == 0)
        // One goes alone; 199 of at most 30 ms follow, 20 at a time.
        #expect(run.seconds < 0.4)
    }

    @Test func theSameSeedIsTheSameRun() throws {
        #expect(try Run.of(dialect: .list, seed: 3) == Run.of(dialect: .list, seed: 3))
    }
}
