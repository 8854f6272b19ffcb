import Weir

/// A row of Weir's own: the rules of a limiter, and who asks it for what.
struct LimiterRow: Sendable {
    var name: String
    let callers: Int
    let rules: [Rule]
    /// How many tokens they ask for.
    var tokens = Self.manyTokens
    /// Whether all windows are full before it is measured.
    var isFull = false
    var denialMemory = Duration.zero

    static let manyTokens = 10_000
    private static let limit = Limit(100, per: .minute)
    /// Not longer, so that a Redis which is not ours has nothing left of it an hour after a run that was killed.
    private static let plenty = Limit(1_000_000_000, per: .hour)
    private static let token = Rule("token", per: .token, limit: limit)
    private static let group = Rule("group", per: .group, limit: plenty)

    /// One window for each of many tokens.
    static func distinct(_ name: String = "weir/distinct", callers: Int) -> LimiterRow {
        LimiterRow(name: name, callers: callers, rules: [token])
    }

    /// Many tokens of one group: two windows a decision, one of which is the same for all.
    static func hotGroup(_ name: String, callers: Int) -> LimiterRow {
        LimiterRow(name: name, callers: callers, rules: [token, group])
    }

    /// What else a limiter is asked for.
    static func others(callers: Int) -> [LimiterRow] {
        let three = [
            Rule("endpoint", per: .token, .endpoint, limit: limit),
            group,
            Rule("application", observing: .group, .application, per: .hour),
        ]
        let hot = Rule("token", per: .token, limit: plenty)
        let denied = LimiterRow(
            name: "weir/denied",
            callers: callers,
            rules: [Rule("token", per: .token, limit: Limit(1, per: .hour))],
            tokens: 1000,
            isFull: true
        )
        var remembered = denied
        remembered.name = "weir/denied-memory"
        remembered.denialMemory = .seconds(60)
        return [
            LimiterRow(name: "weir/three-windows", callers: callers, rules: three),
            LimiterRow(name: "weir/hot-key", callers: callers, rules: [hot], tokens: 1),
            denied,
            remembered,
            LimiterRow(name: "weir/one-caller", callers: 1, rules: [token]),
        ]
    }

    /// Not measured: its one window has the key under which `weir/three-windows` keeps the index of a group's applications.
    ///
    /// To clear it is to remove that index, which no rule of the row would.
    static let index = LimiterRow(
        name: "index of applications",
        callers: 1,
        rules: [Rule("application", per: .group, limit: plenty)],
        tokens: 1
    )

    /// The same as `distinct` without Redis.
    static func inMemory(callers: Int) throws -> CallerLoad {
        let row = distinct(callers: callers)
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: row.rules)
        return CallerLoad(limiter: limiter, callers: callers, descriptors: row.descriptors)
    }

    private var descriptors: [Descriptor] {
        (0..<tokens).map {
            Descriptor(token: "token-\($0)", endpoint: "POST /objects", group: "acme", application: "crm")
        }
    }

    /// A limiter with the row's rules, and its callers.
    ///
    /// - Parameters:
    ///   - url: where Redis is.
    ///   - keyPrefix: what its keys begin with; nil for Weir's usual one.
    ///   - trustedFile: of the authority that has signed the server's certificate; nil for those of the system.
    /// - Returns: what can be measured.
    /// - Throws: if the limiter cannot be made.
    func load(_ url: String, keyPrefix: String? = nil, trustedFile: String? = nil) throws -> CallerLoad {
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .seconds(10)
        configuration.denialMemory = denialMemory
        if let keyPrefix { configuration.keyPrefix = keyPrefix }
        configuration.tls.trustedFile = trustedFile
        // What was not decided by Redis is not measured.
        configuration.failurePolicy = .fail
        let limiter = try RateLimiter(redis: url, rules: rules, configuration: configuration)
        return CallerLoad(limiter: limiter, callers: callers, descriptors: descriptors)
    }
}
