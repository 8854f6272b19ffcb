import Foundation
import Synchronization
import TestSupport
import Weir

/// A load on quotas: many tasks that register more sites than a group may have, and create objects until there is no room.
final class QuotaLoad: Sendable {
    private let keeper: QuotaKeeper
    private let report = Mutex(QuotaReport())

    private init(_ keeper: QuotaKeeper) { self.keeper = keeper }

    static func run(url: String, tasks: Int) async throws {
        var configuration = RateLimiter.Configuration.patient
        configuration.deadline = .seconds(20)
        let load = QuotaLoad(try QuotaKeeper(redis: url, configuration: configuration))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks { group.addTask { await load.work() } }
        }
        await load.keeper.shutdown()
        FileHandle.standardOutput.write(try JSONEncoder().encode(load.report.withLock { $0 }))
    }

    private func work() async {
        for _ in 0..<20 { await register("shop-\(Int.random(in: 0..<50)).example.com") }
        while await create(Int.random(in: 1...40)) {}
        while await create(1) {}
    }

    private func register(_ site: String) async {
        do throws(WeirError) {
            let outcome = try await keeper.register(site: site, for: "acme", application: "crm")
            report.withLock { report in
                switch outcome {
                case .registered: report.registered.append(site)
                case .alreadyRegistered: report.known.append(site)
                case .refused: report.refused += 1
                }
            }
        } catch {
            report.withLock { $0.failed[error.code.description, default: 0] += 1 }
        }
    }

    private func create(_ count: Int) async -> Bool {
        do throws(WeirError) {
            let outcome = try await keeper.create(by: "anna", count: count)
            report.withLock { report in
                if outcome.isCreated { report.created += outcome.usage.charged } else { report.exhausted += 1 }
                if let reached = outcome.usage.reached { report.reached.insert(reached.microseconds) }
            }
            return outcome.isCreated
        } catch {
            report.withLock { $0.failed[error.code.description, default: 0] += 1 }
            return false
        }
    }
}
