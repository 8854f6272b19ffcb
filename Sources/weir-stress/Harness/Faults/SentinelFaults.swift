internal import Foundation
package import LocalServers
internal import SeededRandom
package import StressHistory
internal import Synchronization

/// Makes the faults of a primary that Sentinels watch over.
package final class SentinelFaults: FaultMaker {
    /// What they have to be started with: a machine that is busy may keep a server silent for a while.
    package static var settings: SentinelSettings {
        var settings = SentinelSettings()
        settings.downAfter = .seconds(2)
        return settings
    }

    private static let patience = Duration.seconds(60)

    private let sentinels: PrivateSentinels
    private let killWorker: WorkerKiller
    /// The port of whoever is the primary unless somebody else than a fault made another one it.
    private let expected: Mutex<Int>

    /// Faults of a primary; blocks until the Sentinels have told which one it is.
    ///
    /// - Parameters:
    ///   - sentinels: what the workers use, started with `settings`.
    ///   - killWorker: ends one of the workers.
    /// - Throws: if they do not tell.
    package init(sentinels: PrivateSentinels, killWorker: @escaping WorkerKiller) throws {
        self.sentinels = sentinels
        self.killWorker = killWorker
        expected = Mutex(try sentinels.primary())
    }

    package func carryOut(_ planned: PlannedFault) async throws -> Fault? {
        try await expectNoSurprise()
        var generator = SeededGenerator(seed: planned.seed)
        var fault = Fault(kind: planned.kind, from: EpochClock.now, until: 0)
        switch planned.kind {
        case .scriptFlush, .clientKill:
            let primary = expected.withLock { $0 }
            try await PrimaryFaults([try sentinels.redis(at: primary)]).make(planned)
        case .workerKill:
            fault.process = try await killWorker(&generator)
            guard fault.process != nil else { return nil }
        case .failover: try await failOver(&fault)
        default:
            throw RedisFaults.Failure(description: "behind Sentinels there is no fault \(planned.kind.rawValue)")
        }
        fault.until = EpochClock.now
        return fault
    }

    /// What replicas lack is lost with their primary: without a fault that says so, nobody could tell a loss from a mistake.
    package func expectNoSurprise() async throws {
        let expected = expected.withLock { $0 }
        try await OwnThread.run { [sentinels] in
            guard try sentinels.primary() == expected else {
                throw RedisFaults.Failure(
                    description:
                        "a replica took the place of a primary that no fault had killed; is this machine too busy?"
                )
            }
        }
    }

    private func failOver(_ fault: inout Fault) async throws {
        let (from, promoted, primary) = try await OwnThread.run { [sentinels] in
            // Whoever is promoted must have had all but the last moments.
            try sentinels.waitUntilInSync()
            let from = EpochClock.now
            let killed = try sentinels.killPrimary()
            try Self.waitForPromotion(in: sentinels)
            let promoted = EpochClock.now
            let primary = try sentinels.waitForAnotherPrimary(than: killed)
            try sentinels.startAgain(killed)
            return (from, promoted, primary)
        }
        (fault.from, fault.promoted) = (from, promoted)
        expected.withLock { $0 = primary }
    }

    /// Waits until a server that runs takes writes; the Sentinels tell later.
    private static func waitForPromotion(in sentinels: PrivateSentinels) throws {
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            for port in sentinels.ports where try sentinels.redis(at: port).processIdentifier != nil {
                if (try? sentinels.connection(to: port).info("replication", "role")) == "master" { return }
            }
            usleep(5000)
        }
        throw RedisFaults.Failure(description: "after \(patience) no replica was promoted")
    }
}
