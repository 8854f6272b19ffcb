import Logging
import Synchronization
import TestSupport
import Testing
import Weir

/// What was charged stays charged: on disk, on replicas, and with a warning where the server could lose it.
@Suite struct QuotaDurabilityTests {
    @Test func whatWasAcknowledgedIsThereAfterAKill() async throws {
        let server = try RedisServer("appendonly", "yes", "appendfsync", "always")
        let keeper = try QuotaKeeper(redis: server.url, configuration: .patient)
        for round in 1...3 {
            #expect(try await keeper.register(site: "s\(round).example", for: "acme", application: "c").isRegistered)
            #expect(try await keeper.create(by: "anna", count: 7).isCreated)
            server.kill()
            try server.start()
            #expect(try await keeper.siteUsage(of: "acme").count == round)
            #expect(try await keeper.creations(by: "anna").used == 7 * round)
        }
        #expect(try server.command("TTL", "weir:{g=acme}/sites") == "-1", "and it never expires")
        await keeper.shutdown()
    }

    @Test func replicasAreWaitedForAndReportedHonestly() async throws {
        let server = try RedisServer()
        let keeper = try QuotaKeeper(redis: server.url, configuration: .patient)
        let alone = try await keeper.create(by: "anna", durability: .replicas(1, within: .milliseconds(50))).usage
        #expect(alone.replication == Replication(asked: 1, acknowledged: 0) && alone.used == 1)
        #expect(alone.replication?.isReached == false)
        let replica = try RedisServer("replicaof", "127.0.0.1 \(try server.listenOnTCP())")
        #expect(try await eventually { try replica.command("INFO", "replication").contains("master_link_status:up") })
        let followed = try await keeper.create(by: "anna", durability: .replicas(1, within: .seconds(5))).usage
        #expect(followed.replication == Replication(asked: 1, acknowledged: 1))
        let site = try await keeper.register(
            site: "a.example",
            for: "acme",
            application: "c",
            durability: .replicas(1, within: .seconds(5))
        )
        #expect(site.usage.replication?.isReached == true)
        #expect(try replica.command("HGET", "weir:{g=acme}/sites", "a.example").hasSuffix(" c"))
        replica.stopForAWhile()
        let stopped = try await keeper.create(by: "anna", durability: .replicas(1, within: .milliseconds(50))).usage
        #expect(stopped.replication == Replication(asked: 1, acknowledged: 0) && stopped.used == 3)
        replica.goOn()
        await keeper.shutdown()
    }

    @Test func aServerThatCouldLoseQuotasIsAWarning() async throws {
        let cases: [([String], [String])] = [
            (["noeviction", "no", ""], ["nothing is persisted"]),
            (["allkeys-lru", "yes", ""], ["maxmemory-policy is allkeys-lru"]),
            (["allkeys-random", "no", ""], ["maxmemory-policy is allkeys-random", "nothing is persisted"]),
            (["volatile-lru", "no", "3600 1"], ["only snapshots are persisted"]),
            (["noeviction", "yes", ""], []),
        ]
        for (settings, expected) in cases {
            let server = try RedisServer("maxmemory-policy", settings[0], "appendonly", settings[1])
            try server.command("CONFIG", "SET", "save", settings[2])
            let lines = Mutex<[String]>([])
            var configuration = RateLimiter.Configuration.patient
            configuration.logger = Logger(label: "test") { _ in
                RecordingHandler(lines: { line in lines.withLock { $0.append(line) } })
            }
            let keeper = try QuotaKeeper(redis: server.url, configuration: configuration)
            for _ in 0..<3 { _ = try await keeper.create(by: "anna") }
            #expect(
                try await eventually {
                    lines.withLock { $0 }.count { $0.hasPrefix("warning quotas") } >= expected.count
                }
            )
            let warnings = lines.withLock { $0 }.filter { $0.hasPrefix("warning quotas") }
            #expect(warnings.count == expected.count, "said once: \(warnings)")
            for (warning, part) in zip(warnings, expected) { #expect(warning.contains(part)) }
            #expect(try await keeper.dangers().count == expected.count)
            await keeper.shutdown()
        }
    }
}
