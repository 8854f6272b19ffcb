import Foundation
import TestSupport
import Weir

/// A server with what `lua/README.md` asks about, and an operator there who has the rights of `weir-operator` and no others.
struct Toolbox {
    /// Whose keys the questions are about.
    static let (window, group) = ("weir:{g=acme}:endpoint:t=\(token):e=POST%20/objects", "weir:{g=acme}:group")
    static let (limits, index) = ("weir:{g=acme}/limits", "weir:{g=acme}:application")
    static let trail = "weir:{g=acme}/audit"
    static let claim = "weir:{a=crm}/production"
    static let production = ["weir:{g=acme}/production", limits]
    static let sites = ["weir:{g=acme}/sites", limits]
    static let objects = ["objects", "limits"].map { "weir:{u=GUgStuzKflEsNAw9TTQnqw}/\($0)" }
    private static let token = "x2ew9-3R-nuoaiZyHpNAPg"

    static let endpointRule = Rule(
        "endpoint",
        per: .token,
        .endpoint,
        limits: ["POST /objects": Limit(5, per: .hour)],
        otherwise: Limit(60, per: .hour)
    )
    static let groupRules = [
        Rule("group", per: .group, limit: Limit(10_000, per: .day)),
        Rule("application", observing: .group, .application, per: .day),
    ]
    static let request = request(of: "acme")

    static func request(of group: String) -> Descriptor {
        Descriptor(token: "s3cr3t", endpoint: "POST /objects", group: group, application: "crm")
    }

    let server: RedisServer

    init() throws { server = try RedisServer() }

    /// Where `redis-cli` finds the server as the operator.
    var place: String { "-s \(server.socket) \(Self.credentials)" }

    /// What `redis-cli` is told of the operator.
    static let credentials = "--user weir-operator --pass change-me-too --no-auth-warning"

    func limiter(_ rules: [Rule] = [endpointRule] + groupRules) throws -> RateLimiter {
        try RateLimiter(redis: server.url, rules: rules, configuration: .patient)
    }

    /// The group has used 8,900 of its 10,000, the token its five; a user's objects are full, and there is a site.
    func fill() async throws { try await Self.fill(server.url) }

    /// The same at an address, for a group and a user.
    static func fill(_ url: String, group: String = "acme", user: String = "anna") async throws {
        let limiter = try RateLimiter(redis: url, rules: [endpointRule] + groupRules, configuration: .patient)
        for _ in 0..<5 { _ = try await limiter.acquire(request(of: group)) }
        await limiter.shutdown()
        let rest = try RateLimiter(redis: url, rules: groupRules, configuration: .patient)
        for (application, cost) in [("crm", 6195), ("shop", 1800), ("erp", 900)] {
            _ = try await rest.acquire(Descriptor(group: group, application: application), cost: cost)
        }
        await rest.shutdown()
        let keeper = try QuotaKeeper(redis: url, configuration: .patient)
        _ = try await keeper.create(by: user, count: 5000)
        _ = try await keeper.register(site: "shop.example.com", for: group, application: "shop")
        await keeper.shutdown()
    }

    /// The lines that a script prints; throws if it replies an error.
    @discardableResult
    func run(_ script: String, _ keys: [String], _ arguments: String) throws -> [String] {
        let words = ["-e"] + place.split(separator: " ").map(String.init).dropFirst(2)
        let rest = arguments.split(separator: " ").map(String.init)
        let command = words + ["--eval", Self.path(script)] + keys + [","] + rest
        return try server.cli(command).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// What a script prints under a label.
    func value(_ label: String, in lines: [String]) -> String? {
        lines.first { $0.hasPrefix("\(label) ") }.map {
            String($0.dropFirst(label.count)).trimmingCharacters(in: .whitespaces)
        }
    }

    /// The audit trail of an owner, the newest first: who, what, on what, old and new.
    func entries(_ trail: String = trail) throws -> [[String]] {
        let words = try server.cli(["--raw", "XREVRANGE", trail, "+", "-"]).split(separator: "\n").map(String.init)
        // The id, then five names with their values.
        return stride(from: 0, to: words.count, by: 11).map { start in
            stride(from: start + 2, to: min(start + 11, words.count), by: 2).map { words[$0] }
        }
    }

    /// All that is stored, but for the audit trails: a digest of each key's value.
    func everything() throws -> [String: String] {
        Self.digests(try server.command("EVAL", Self.digestSource, "0")).filter { !$0.key.hasSuffix("/audit") }
    }

    /// Prints, for each key of a server, a digest of its value, and the key.
    static let digestSource = """
        local found, cursor = {}, '0'
        repeat
          local step = redis.call('SCAN', cursor, 'COUNT', '1000')
          cursor = step[1]
          for _, key in ipairs(step[2]) do found[#found + 1] = redis.sha1hex(redis.call('DUMP', key)) .. ' ' .. key end
        until cursor == '0'
        return found
        """

    /// What the source prints, by key.
    static func digests(_ text: String) -> [String: String] {
        let lines = text.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        return Dictionary(uniqueKeysWithValues: lines.map { ($0[1], $0[0]) })
    }

    static func path(_ script: String) -> String { Repository.root.appending(path: "lua/\(script).lua").path }
}
