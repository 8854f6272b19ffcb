import Foundation
import Synchronization
import TestSupport
import Weir

/// One process of a load: many tasks that ask one limiter about a few hot and many cold tokens, and keep account.
///
///     weir-test-worker URL SECONDS TASKS DEADLINE_MS
///     weir-test-worker quotas URL TASKS
///     weir-test-worker cycles URL COUNT
///     weir-test-worker child URL
///     weir-test-worker closed SOCKET SECONDS
///     weir-test-worker storm URL TASKS SEED
@main
enum Worker {
    static let rules = [
        Rule(
            "endpoint",
            per: .token,
            .endpoint,
            limits: [
                "log": Limit(50, per: .second),
                "sliced": Limit(200, per: .second),
                "long": Limit(1000, per: .hour),
                "cold": Limit(3, per: .hour),
            ]
        ),
        Rule("group", per: .group, limit: Limit(2_000_000_000, per: .day)),
        Rule("application", observing: .group, .application, per: .day),
    ]

    static func main() async throws {
        let arguments = CommandLine.arguments
        let url = arguments.count > 2 ? arguments[2] : ""
        let numbers = arguments.dropFirst(3).compactMap { Int($0) }
        switch (arguments.dropFirst().first, numbers.count) {
        case ("quotas", 1): return try await QuotaLoad.run(url: url, tasks: numbers[0])
        case ("cycles", 1): return try await Cycles.run(url: url, count: numbers[0])
        case ("child", 0): return try await Child.run(url: url)
        case ("closed", 1): return try await ClosedConnections.run(socket: url, seconds: numbers[0])
        case ("flood", 1): return try await Flood.run(url: url, tasks: numbers[0])
        case ("storm", 2):
            return try await Storm.run(url: url, tasks: numbers[0], seed: UInt64(numbers[1]))
        default: break
        }
        guard arguments.count == 5, let seconds = Double(arguments[2]), let tasks = Int(arguments[3]),
            let deadline = Int(arguments[4])
        else {
            fatalError("usage: weir-test-worker URL SECONDS TASKS DEADLINE_MS")
        }
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .milliseconds(deadline)
        configuration.failurePolicy = .fail
        configuration.breakerFailures = 0
        let limiter = try RateLimiter(redis: arguments[1], rules: rules, configuration: configuration)
        let account = Account()
        let end = ContinuousClock.now + .seconds(seconds)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var turn = task
                    while ContinuousClock.now < end {
                        turn += 1
                        await ask(limiter, turn: turn, account: account)
                    }
                }
            }
        }
        await limiter.shutdown()
        let encoder = JSONEncoder()
        FileHandle.standardOutput.write(try encoder.encode(account.entries.withLock { $0 }))
    }

    private static func ask(_ limiter: RateLimiter, turn: Int, account: Account) async {
        let endpoints = ["log", "sliced", "long", "cold"]
        let endpoint = endpoints[turn % 4]
        let token = endpoint == "cold" ? "cold-\(Int.random(in: 0..<1000))" : "hot-\(Int.random(in: 0..<4))"
        do throws(WeirError) {
            let application = "application-\(turn % 3)"
            let decision = try await limiter.acquire(
                Descriptor(token: token, endpoint: endpoint, group: "group", application: application)
            )
            account.add(decision, token: token, endpoint: endpoint)
        } catch {
            account.add(error, token: token, endpoint: endpoint)
            // A lost connection would otherwise turn into a busy loop.
            try? await Task.sleep(for: .milliseconds(1))
        }
    }
}

/// What came of the calls, for each token and endpoint.
private final class Account: Sendable {
    let entries = Mutex<[String: WorkerReport]>([:])

    func add(_ decision: Decision, token: String, endpoint: String) {
        entries.withLock { entries in
            if decision.isAllowed {
                entries["\(endpoint) \(token)", default: WorkerReport()].admittedAt.append(
                    decision.usage.time.microseconds
                )
            } else {
                entries["\(endpoint) \(token)", default: WorkerReport()].denied += 1
            }
        }
    }

    func add(_ error: WeirError, token: String, endpoint: String) {
        entries.withLock { entries in
            if error.mayHaveCounted { entries["\(endpoint) \(token)", default: WorkerReport()].unknown += 1 }
            entries["\(endpoint) \(token)", default: WorkerReport()].failed[error.code.description, default: 0] += 1
        }
    }
}
