import Hiredis
import LocalServers
import TestSupport
import Testing
import Weir

/// What is said of a cluster that is not as it should be.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterMistakeTests {
    @Test func slotsWithoutAServerAreTold() async throws {
        let cluster = try await TestCluster.start()
        let slot = ClusterLoad.slot(of: 1)
        try await cluster { try $0.uncover(slot.number) }
        let limiter = try ClusterLoad.limiter(cluster)
        await #expect {
            try await limiter.connect()
        } throws: { error in
            (error as? WeirError)?.message.contains("1 of the cluster's 16384 slots have no server (\(slot.number))")
                == true
        }
        await #expect {
            try await limiter.acquire(ClusterLoad.request(1))
        } throws: { error in
            guard let error = error as? WeirError else { return false }
            return error.code == .refused && error.isRetryable && !error.mayHaveCounted
        }
        #expect(try await limiter.acquire(ClusterLoad.request(2)).isAllowed, "all others are decided")
        await limiter.shutdown()
    }

    @Test func aRedisWithoutAClusterIsTold() async throws {
        let server = try RedisServer()
        let port = try server.listenOnTCP()
        let url = "redis+cluster://weir:\(RedisServer.password)@127.0.0.1:\(port)"
        let limiter = try RateLimiter(redis: url, rules: ClusterLoad.rules, configuration: .patient)
        await #expect {
            try await limiter.connect()
        } throws: { error in
            guard let error = error as? WeirError else { return false }
            return error.code == .unsuitable && error.message.contains("write redis:// in place of redis+cluster://")
        }
        await #expect(throws: WeirError.self) { try await limiter.acquire(ClusterLoad.request(1)) }
        await limiter.shutdown()
    }

    @Test func aServerOfAClusterIsNoRedisOfItsOwn() async throws {
        let cluster = try await TestCluster.start()
        let seed = cluster.url.split(separator: "@")[1].split(separator: ",")[0]
        let url = "redis://weir:\(RedisServer.password)@\(seed)"
        let limiter = try RateLimiter(redis: url, rules: ClusterLoad.rules, configuration: .patient)
        await #expect {
            try await limiter.connect()
        } throws: { error in
            guard let error = error as? WeirError else { return false }
            return error.code == .unsuitable && error.message.contains("write redis+cluster:// in place of redis://")
        }
        await limiter.shutdown()
    }

    @Test func oneSeedThatAnswersIsEnough() async throws {
        let cluster = try await TestCluster.start()
        let seeds = cluster.url.split(separator: "@")[1].split(separator: ",")
        let url = "redis+cluster://weir:\(RedisServer.password)@127.0.0.1:1,127.0.0.1:2,\(seeds[0]),127.0.0.1:3"
        let limiter = try RateLimiter(redis: url, rules: ClusterLoad.rules, configuration: .patient)
        try await limiter.connect()
        for group in 0..<20 { #expect(try await limiter.acquire(ClusterLoad.request(group)).isAllowed) }
        await limiter.shutdown()
        let nobody = "redis+cluster://127.0.0.1:1,127.0.0.1:2"
        let lost = try RateLimiter(redis: nobody, rules: ClusterLoad.rules, configuration: .patient)
        await #expect {
            try await lost.connect()
        } throws: { error in
            guard let error = error as? WeirError else { return false }
            return error.code == .unreachable && error.message.contains("none of the 2 servers asked")
        }
        await lost.shutdown()
    }

    @Test func aMissingRightIsToldAtConnect() async throws {
        let cluster = try await TestCluster.start()
        for right in ["asking", "cluster", "hget"] {
            try await cluster { cluster in
                for node in try cluster.primaries() {
                    try ClusterLoad.order(cluster, node, "ACL", "SETUSER", "weir", "-\(right)")
                }
            }
            let limiter = try ClusterLoad.limiter(cluster)
            await #expect {
                try await limiter.connect()
            } throws: { error in
                guard let error = error as? WeirError else { return false }
                return error.code == .refused && !error.isRetryable && error.message.contains("+\(right)")
            }
            await limiter.shutdown()
            let rights = right == "cluster" ? "+cluster|slots" : "+\(right)"
            try await cluster { cluster in
                for node in try cluster.primaries() {
                    try ClusterLoad.order(cluster, node, "ACL", "SETUSER", "weir", rights)
                }
            }
        }
    }
}
