import Hiredis
import LocalServers
import TestSupport
import Weir

/// What tests of clusters ask for.
enum ClusterLoad {
    static let rules = [
        Rule("token", per: .token, .endpoint, limit: Limit(5, per: .hour)),
        Rule("group", per: .group, limit: Limit(100, per: .hour)),
    ]

    static func request(_ group: Int, token: String = "anna") -> Descriptor {
        Descriptor(token: token, endpoint: "GET /", group: "group-\(group)", application: "crm")
    }

    static func limiter(_ cluster: TestCluster) throws -> RateLimiter {
        try RateLimiter(redis: cluster.url, rules: rules, configuration: .patient)
    }

    /// Where the windows of a group are.
    static func slot(of group: Int) -> HashSlot { HashSlot(of: Array("g=group-\(group)".utf8)) }

    /// Has a node do a command.
    static func order(_ cluster: PrivateCluster, _ node: ClusterNode, _ words: String...) throws {
        var command = Command()
        for word in words { command.append(word) }
        let reply = try cluster.connection(to: node).reply(to: command)
        guard reply == .status("OK") else {
            throw RedisServer.Failure(description: "\(words.joined(separator: " ")): \(reply)")
        }
    }
}
