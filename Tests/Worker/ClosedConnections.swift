import Foundation
import Synchronization
import TestSupport
import Weir

/// Limiters that write without a pause to connections that the server closes.
final class ClosedConnections: Sendable {
    private static let descriptor = Descriptor(
        token: "hot",
        endpoint: "log",
        group: "group",
        application: "application"
    )

    private let socket: String
    private let end: ContinuousClock.Instant
    private let decided = Atomic(0)
    private let hasStruck = Atomic(false)

    private init(socket: String, end: ContinuousClock.Instant) {
        self.socket = socket
        self.end = end
    }

    /// Goes on until a write has met a closed connection, for so many seconds at most.
    static func run(socket: String, seconds: Int) async throws {
        // As in a program that has never heard of it.
        signal(SIGPIPE, SIG_DFL)
        let limiters = try (0..<8).map { _ in
            try RateLimiter(redis: "unix://\(socket)", rules: Worker.rules, configuration: .patient)
        }
        let connections = ClosedConnections(socket: socket, end: .now + .seconds(seconds))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask { while !connections.isOver { try await connections.useUp() } }
            }
            group.addTask { try await connections.close() }
            try await group.waitForAll()
        }
        for limiter in limiters { await connections.ask(limiter) }
        let threads = try ThreadSignals.all()
        let report = SignalReport(
            isDeadly: threads.allSatisfy { !$0.ignores(SIGPIPE) && !$0.catches(SIGPIPE) },
            unprotected: threads.filter { $0.name.hasPrefix("weir-pump") && !$0.blocks(SIGPIPE) }.map(\.name),
            hasStruck: connections.hasStruck.load(ordering: .relaxed),
            decided: connections.decided.load(ordering: .relaxed)
        )
        for limiter in limiters { await limiter.shutdown() }
        FileHandle.standardOutput.write(try JSONEncoder().encode(report))
    }

    private var isOver: Bool { ContinuousClock.now >= end || hasStruck.load(ordering: .relaxed) }

    /// Asks over a new connection until that is closed: an old limiter would wait longer and longer before the next.
    private func useUp() async throws {
        let limiter = try RateLimiter(redis: "unix://\(socket)", rules: Worker.rules, configuration: .patient)
        let decidedBefore = decided.load(ordering: .relaxed)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<50 where !self.isOver { await self.ask(limiter) }
                }
            }
        }
        await limiter.shutdown()
        // A server that only closes is not worth a busy loop.
        if decided.load(ordering: .relaxed) == decidedBefore { try await Task.sleep(for: .milliseconds(5)) }
    }

    private func ask(_ limiter: RateLimiter) async {
        let decision = try? await limiter.acquire(Self.descriptor)
        if decision?.usage.source == .redis { decided.add(1, ordering: .relaxed) }
    }

    /// Has the server close all connections until a signal is pending: a thread that blocks it keeps it.
    private func close() async throws {
        while !isOver {
            _ = try Tool.run("redis-cli", ["-s", socket, "CLIENT", "KILL", "TYPE", "normal"])
            try await Task.sleep(for: .milliseconds(20))
            if try ThreadSignals.all().contains(where: { $0.awaits(SIGPIPE) }) {
                hasStruck.store(true, ordering: .relaxed)
            }
        }
    }
}
