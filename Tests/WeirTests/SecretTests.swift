import Foundation
import InMemoryTracing
import TestSupport
import Testing
import Weir

/// A canary in every secret, and a look wherever one could have flown: none is there.
@Suite struct SecretTests {
    private static let rules = [
        Rule("token", per: .token, limit: Limit(2, per: .hour), warnAt: 0.5),
        Rule("user", per: .user, .endpoint, limit: Limit(1000, per: .hour)),
    ]
    private static let request = Descriptor(token: "canary-token", endpoint: "GET /", user: "canary-user")

    @Test func noSecretLeaves() async throws {
        let server = try RedisServer("appendonly", "yes", "slowlog-log-slower-than", "0", "slowlog-max-len", "100000")
        try server.command("ACL", "SETUSER", "weir", "resetpass", ">canary-password")
        try server.command("SLOWLOG", "RESET")
        let monitored = server.directory.appending(path: "monitored")
        try server.inBackground("MONITOR", into: monitored)
        #expect(try await eventually { try text(of: monitored).hasPrefix("OK") })

        let log = RecordedLog()
        let metrics = CountingMetrics()
        var configuration = RateLimiter.Configuration.patient
        configuration.keySecret = "canary-secret"
        configuration.logger = log.logger
        configuration.metrics = metrics
        let tracer = InMemoryTracer()
        configuration.tracer = tracer
        configuration.failurePolicy = .fail
        configuration.onNearLimit = { _ in }
        let url = "unix://weir:canary-password@\(server.socket)"
        let limiter = try RateLimiter(redis: url, rules: Self.rules, configuration: configuration)
        let keeper = try QuotaKeeper(redis: url, configuration: configuration)
        var said: [String] = []
        func attempt(_ body: () async throws -> Void) async {
            do { try await body() } catch { said += ["\(error)", String(reflecting: error)] }
        }
        func everything() async {
            for _ in 0..<4 { await attempt { _ = try await limiter.acquire(Self.request) } }
            await attempt { _ = try await limiter.acquire(Self.request, cost: 3) }
            await attempt { try await limiter.refund(Self.request) }
            await attempt { try await limiter.setOverride(LimitOverride(9), of: "token", for: Self.request) }
            await attempt { _ = try await limiter.overrides(of: Self.request) }
            await attempt { _ = try await keeper.create(by: "canary-user", operation: "canary-operation") }
            await attempt { _ = try await keeper.creations(by: "canary-user") }
        }
        await everything()
        try server.command("CONFIG", "SET", "maxmemory", "1")
        await everything()
        try server.command("CONFIG", "SET", "maxmemory", "0")
        // What is under the keys of the request is no window and no quota.
        for key in try server.command("KEYS", "*").split(separator: "\n") {
            try server.command("SET", String(key), "something else")
        }
        await everything()
        configuration.credentials = { Credentials(user: "weir", password: "canary-wrong") }
        let stranger = try RateLimiter(redis: url, rules: Self.rules, configuration: configuration)
        await attempt { try await stranger.connect() }
        await attempt { _ = try RateLimiter(redis: "redis://weir:canary-password@h:x", rules: Self.rules) }
        await limiter.shutdown()
        await keeper.shutdown()
        await stranger.shutdown()
        #expect(said.count > 6, "some of it failed, and was told")

        let places = [
            ("an error", said.joined(separator: "\n")),
            ("the log", log.lines.joined(separator: "\n")),
            ("a metric", "\(metrics.made)"),
            ("a span", tracer.finishedSpans.map { "\($0)" }.joined(separator: "\n")),
            ("MONITOR", try text(of: monitored)),
            ("SLOWLOG", try server.command("SLOWLOG", "GET", "100000")),
            ("a key", try server.command("KEYS", "*")),
            ("the clients", try server.command("CLIENT", "LIST")),
            ("the ACL's log", try server.command("ACL", "LOG")),
        ]
        for (place, text) in places {
            #expect(!text.contains("canary"), "\(place) holds a secret")
            #expect(place == "the clients" || !text.isEmpty, "\(place) was looked at in vain")
        }
        let files = FileManager.default.enumerator(at: server.directory, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard let bytes = try? Data(contentsOf: file) else { continue }
            #expect(bytes.range(of: Data("canary".utf8)) == nil, "\(file.lastPathComponent) holds a secret")
        }
    }

    private func text(of file: URL) throws -> String {
        String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
}
