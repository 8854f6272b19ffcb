import Foundation
import TestSupport
import Testing
import Weir

/// The table "When Redis fails": each row is what was seen when it really failed so.
@Suite(.timeLimit(.minutes(3))) struct FailureTableTests {
    private static let page = "Sources/Weir/Weir.docc/WhenRedisFails.md"
    private static let rules = [Rule("group", per: .group, limit: Limit(1000, per: .hour))]
    private static let descriptor = Descriptor(group: "acme")

    private func limiter(_ url: String, deadline: Duration) throws -> RateLimiter {
        var configuration = RateLimiter.Configuration()
        configuration.deadline = deadline
        configuration.stallLimit = .seconds(60)
        configuration.connectTimeout = .seconds(5)
        // Each failure is to be seen as it is.
        configuration.breakerFailures = 0
        return try RateLimiter(redis: url, rules: Self.rules, configuration: configuration)
    }

    /// The row that tells what a request has seen.
    private func row(_ name: String, _ usage: Usage) -> String {
        guard let failure = usage.failure else { return "| \(name) | the decision | a round trip more | once |" }
        let waits: Set<WeirError.Code> = [.unreachable, .timedOut]
        let isWaitedFor = waits.contains(failure.code) || failure.message.hasPrefix("no connection")
        let within = isWaitedFor ? "the deadline" : "a round trip"
        let counted = failure.mayHaveCounted ? "perhaps" : "no"
        return "| \(name) | the failure policy's answer, `\(failure.code)` | \(within) | \(counted) |"
    }

    @Test func thereIsNoOtherRow() throws {
        let names = Set(Hardship.all.map(\.name) + Self.misbehaviours.map(\.name))
        let rows = try Repository.text(Self.page).split(separator: "\n").filter {
            $0.hasPrefix("| it") || $0.hasPrefix("| a ")
        }
        let told = rows.compactMap { $0.split(separator: "|").first?.trimmingCharacters(in: .whitespaces) }
        #expect(told.count >= 20 && Set(told).isSubset(of: names))
    }

    private func expectThePageHas(_ row: String) throws {
        let lines = try Repository.text(Self.page).split(separator: "\n")
        #expect(lines.contains { $0 == row }, "\(Self.page) lacks\n\(row)")
    }

    @Test(arguments: Hardship.all)
    func aRealRedisOnABadDay(hardship: Hardship) async throws {
        let server = try RedisServer()
        let limiter = try limiter(server.url, deadline: hardship.deadline)
        try await limiter.connect()
        // A busy machine may need longer than a short deadline.
        while try await limiter.acquire(Self.descriptor).usage.source != .redis {}
        let before = try await used(server)

        try await hardship.begin(server)
        let decision = try await limiter.acquire(Self.descriptor)
        #expect(decision.isAllowed, "by the default policy, or by Redis")
        if RedisServer.majorVersion < 7, hardship.name == Hardship.unnoticedByRedis6 {
            #expect(decision.usage.source == .redis, "as the page says above the table")
        } else {
            try expectThePageHas(row(hardship.name, decision.usage))
        }
        try await hardship.end(server)

        // Service is back, and what was said about the count is true.
        let decisions = try await limiter.untilItDecides(Self.descriptor)
        #expect(decisions.last?.source == .redis)
        let after = try await used(server)
        let unknown = ([decision.usage] + decisions).count { $0.failure?.mayHaveCounted ?? false }
        let certain = decision.usage.failure == nil ? 2 : 1
        // Without persistence, who is killed forgets.
        if hardship.name != "it is gone" { #expect((before + certain...before + certain + unknown).contains(after)) }
        await limiter.shutdown()
    }

    /// What Redis has counted, asked by somebody who is not hindered.
    private func used(_ server: RedisServer) async throws -> Int {
        let other = try RateLimiter(redis: server.unrestrictedURL, rules: Self.rules, configuration: .patient)
        defer { Task { await other.shutdown() } }
        return try await other.peek(Self.descriptor)["group"]?.used ?? 0
    }

    private static let hello = ScriptedServer.Step.send("+OK\r\n")
    /// Loading two scripts, three checks: what a connection says after its greeting, all at once.
    private static let ready = ScriptedServer.Step.answer(
        "+x\r\n+x\r\n*0\r\n*0\r\n*0\r\n",
        to: "memory\r\n"
    )

    private static let misbehaviours: [(name: String, step: ScriptedServer.Step)] = [
        ("it answers garbage", .send("?!\r\n")),
        ("it answers something else", .send("+PONG\r\n")),
        ("it answers more than was asked", .send("*1\r\n:1\r\n+more\r\n")),
        ("its answer is cut off", .sendAndClose("*5\r\n:1")),
        ("its answer has 10 MB", .send("$10485760\r\n" + String(repeating: "x", count: 10_485_760) + "\r\n")),
        ("it closes the connection", .close),
        ("it refuses the protocol", .sendAndClose("-ERR Protocol error: invalid bulk length\r\n")),
        ("it forgets who we are (`NOAUTH`)", .send("-NOAUTH Authentication required.\r\n")),
    ]

    @Test(arguments: misbehaviours.indices)
    func aServerThatMisbehaves(number: Int) async throws {
        let (name, step) = Self.misbehaviours[number]
        let server = try ScriptedServer([Self.hello, Self.ready, step])
        let limiter = try limiter("unix://\(server.path)", deadline: .seconds(2))
        try await limiter.connect()
        let decision = try await limiter.acquire(Self.descriptor)
        #expect(decision.isAllowed && decision.usage.source == .policy)
        try expectThePageHas(row(name, decision.usage))
        await limiter.shutdown()
    }
}

extension RateLimiter {
    /// What is decided of a request, asked again and again until Redis decides it.
    fileprivate func untilItDecides(_ descriptor: Descriptor) async throws -> [Usage] {
        var usages: [Usage] = []
        for _ in 0..<100 {
            usages.append(try await acquire(descriptor).usage)
            if usages.last?.source == .redis { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        return usages
    }
}
