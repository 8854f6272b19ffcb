#if Hummingbird
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import WeirAsyncHTTPClient

/// Tasks that together have a number of requests to send.
struct Crowd: Sendable {
    /// What became of the requests.
    struct Outcome: Sendable {
        var admitted = 0
        /// How often the service refused one.
        var refused = 0
        var elapsed = Duration.zero

        /// Whether all requests got through, hardly ever refused and hardly later than possible, where haste had most refused.
        func keepsToTheLimit(of requests: Int, best: Duration, unlike hasty: Outcome) -> Bool {
            admitted == requests && refused <= 2 && elapsed <= best * 1.15 && hasty.refused > requests / 2
        }
    }

    let instance: Instance
    let client: HTTPClient
    let requests: Int
    let tasks: Int

    /// The least time in which 5 in any 2 seconds allow so many.
    var best: Duration { .seconds(2) * ((requests + 4) / 5 - 1) }

    /// Each request is sent once.
    func runHastily() async throws -> Outcome {
        let client = client
        return try await run { try await client.execute($0, timeout: .seconds(10)) }
    }

    /// Each request is sent when its turn comes, and again if it is refused.
    func runPaced() async throws -> Outcome {
        let paced = PacedHTTPClient(client)
        return try await run { try await paced.execute($0, timeout: .seconds(10)) }
    }

    /// How many requests the instance has refused so far, by its own metrics: what the pacer sends again, nobody else sees.
    private func refusals() async throws -> Int {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(instance.port)/metrics")
        let response = try await client.execute(request, timeout: .seconds(10))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        let denied = text.split(separator: "\n").filter {
            $0.hasPrefix("weir_decisions_total{") && $0.contains("outcome=\"denied\"")
        }
        return denied.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
    }

    private func run(
        _ send: @escaping @Sendable (HTTPClientRequest) async throws -> HTTPClientResponse
    ) async throws -> Outcome {
        // A group of its own for each run: an earlier one on the same Redis does not count.
        let token = "\(UUID().uuidString.prefix(8)).crm.anna"
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(instance.port)/objects")
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let refusedBefore = try await refusals()
        let left = Rest(requests)
        let start = ContinuousClock.now
        let admitted = try await withThrowingTaskGroup(of: Int.self) { [request, tasks] group in
            for _ in 0..<tasks {
                group.addTask {
                    var admitted = 0
                    while left.take() {
                        let response = try await send(request)
                        _ = try await response.body.collect(upTo: 1 << 16)
                        if response.status == .ok { admitted += 1 }
                    }
                    return admitted
                }
            }
            return try await group.reduce(0, +)
        }
        let elapsed = ContinuousClock.now - start
        return Outcome(admitted: admitted, refused: try await refusals() - refusedBefore, elapsed: elapsed)
    }

    /// What is left to send, for all tasks together.
    private final class Rest: Sendable {
        private let left: Mutex<Int>

        init(_ count: Int) { left = Mutex(count) }

        /// Whether there was one left, which is the caller's now.
        func take() -> Bool {
            left.withLock { left in
                guard left > 0 else { return false }
                left -= 1
                return true
            }
        }
    }
}
#endif
