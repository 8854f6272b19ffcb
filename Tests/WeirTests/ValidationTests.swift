import Testing
import Weir

/// What makes no sense is refused when it is said, with an error that names the culprit.
@Suite struct ValidationTests {
    private func expect(
        _ code: WeirError.Code,
        naming culprits: String...,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("it was accepted", sourceLocation: sourceLocation)
        } catch let error as WeirError {
            #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
            for culprit in culprits {
                #expect(error.message.contains(culprit), "\(error)", sourceLocation: sourceLocation)
            }
            #expect(!error.mayHaveCounted && !error.isRetryable, sourceLocation: sourceLocation)
        } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
        }
    }

    private func limiter(_ rules: Rule...) throws -> RateLimiter {
        try RateLimiter(inMemory: InMemoryStore(), rules: rules)
    }

    @Test(arguments: [0, -1, Int.min, 1 << 31 + 1, Int.max]) func impossibleLimits(count: Int) async {
        await expect(.invalidRule, naming: "'r'", "\(count)") {
            _ = try limiter(Rule("r", per: .token, limit: Limit(count, per: .minute)))
        }
        await expect(.invalidRule, naming: "'r'", "\(count)", "'POST /x'") {
            let limits = ["POST /x": Limit(count, per: .minute)]
            _ = try limiter(Rule("r", per: .token, .endpoint, limits: limits))
        }
    }

    @Test(arguments: [
        Duration.zero, .seconds(-1), .microseconds(999), .nanoseconds(1_000_001), .seconds(366 * 86400 + 1),
        .seconds(Int64.max), .seconds(Int64.min),
    ])
    func impossibleWindows(window: Duration) async {
        await expect(.invalidRule, naming: "'r'", "window") {
            _ = try limiter(Rule("r", per: .token, limit: Limit(1, per: window)))
        }
        await expect(.invalidRule, naming: "'r'", "window") {
            _ = try limiter(Rule("r", observing: .token, per: window))
        }
    }

    @Test(arguments: [Double.nan, .infinity, 0, -0.1, 1.1]) func impossibleShares(share: Double) async {
        await expect(.invalidRule, naming: "'r'", "warns") {
            _ = try limiter(Rule("r", per: .token, limit: Limit(1, per: .minute), warnAt: share))
        }
    }

    @Test(arguments: [Double.nan, .infinity, 0, -0.1, 1.1]) func impossibleLocalShares(share: Double) async {
        let policy = FailurePolicy.local(share: share)
        await expect(.invalidRule, naming: "'r'", "share \(share)") {
            _ = try limiter(Rule("r", per: .token, limit: Limit(1, per: .minute), whenUnavailable: policy))
        }
        await expect(.invalidRule, naming: "'r'", "share \(share)") {
            _ = try limiter(Rule("r", observing: .token, per: .minute, whenUnavailable: policy))
        }
        await expect(.invalidConfiguration, naming: "failurePolicy", "share \(share)") {
            var configuration = RateLimiter.Configuration()
            configuration.failurePolicy = policy
            let rules = [Rule("r", per: .token, limit: Limit(5, per: .minute))]
            _ = try RateLimiter(inMemory: InMemoryStore(), rules: rules, configuration: configuration)
        }
    }

    @Test func whatOnlyCountsCannotDeny() async throws {
        await expect(.invalidRule, naming: "'r'", "only counts", ".fail") {
            _ = try limiter(Rule("r", observing: .token, per: .minute, whenUnavailable: .deny))
        }
        for policy in [FailurePolicy.allow, .local(share: 1), .fail] {
            _ = try limiter(Rule("r", observing: .token, per: .minute, whenUnavailable: policy))
        }
    }

    @Test(arguments: [0, -1, 1025]) func impossibleSlices(slices: Int) async {
        await expect(.invalidRule, naming: "'r'", "\(slices)") {
            _ = try limiter(Rule("r", per: .token, limit: Limit(1, per: .minute), slices: slices))
        }
    }

    @Test(arguments: ["", "two words", "colon:", "{brace}", "é", String(repeating: "x", count: 25)])
    func impossibleNames(name: String) async {
        await expect(.invalidRule, naming: "name") {
            _ = try limiter(Rule(name, per: .token, limit: Limit(1, per: .minute)))
        }
    }

    @Test func impossibleSetsOfRules() async {
        let rule = Rule("r", per: .token, limit: Limit(1, per: .minute))
        await expect(.invalidRule, naming: "at least one") { _ = try RateLimiter(inMemory: InMemoryStore(), rules: []) }
        await expect(.invalidRule, naming: "'r'", "two rules") { _ = try limiter(rule, rule) }
        await expect(.invalidRule, naming: "at most 16") {
            let rules = (0..<17).map { Rule("r\($0)", per: .token, limit: Limit(1, per: .minute)) }
            _ = try RateLimiter(inMemory: InMemoryStore(), rules: rules)
        }
        await expect(.invalidRule, naming: "'r'", "scope") {
            _ = try limiter(Rule("r", limit: Limit(1, per: .minute)))
        }
        await expect(.invalidRule, naming: "'r'", "twice") {
            _ = try limiter(Rule("r", per: .token, .token, limit: Limit(1, per: .minute)))
        }
        await expect(.invalidRule, naming: "'r'", ".endpoint") {
            _ = try limiter(Rule("r", per: .token, limits: ["GET /": Limit(1, per: .minute)]))
        }
        let strangers: [[Descriptor.Part]] = [[.token], [.endpoint], [.user], [.application], [.group]]
        for (left, right) in [(0, 1), (1, 4), (2, 3), (1, 2)] {
            await expect(.invalidRule, naming: "'left'", "'right'", "limiter of its own") {
                let allowance = Rule.Allowance.limit(Limit(1, per: .minute))
                _ = try limiter(
                    Rule(name: "left", scope: strangers[left], allowance: allowance),
                    Rule(name: "right", scope: strangers[right], allowance: allowance)
                )
            }
        }
        await expect(.invalidRule, naming: "'r'", "no limit") {
            _ = try limiter(Rule("r", per: .endpoint, limits: [:]))
        }
    }

    @Test(arguments: [0, -1, Int.min, 1 << 31 + 1, Int.max]) func impossibleCosts(cost: Int) async throws {
        let limiter = try limiter(Rule("r", per: .token, limit: Limit(5, per: .minute)))
        let descriptor = Descriptor(token: "t")
        await expect(.invalidCost, naming: "\(cost)") { _ = try await limiter.acquire(descriptor, cost: cost) }
        await expect(.invalidCost, naming: "\(cost)") { _ = try await limiter.acquire(descriptor, upTo: cost) }
        await expect(.invalidCost, naming: "\(cost)") { _ = try await limiter.refund(descriptor, cost: cost) }
        #expect(try await limiter.peek(descriptor)["r"]?.used == 0)
    }

    @Test func aCostAboveTheLimitCanNeverFit() async throws {
        let limiter = try limiter(Rule("r", per: .token, limit: Limit(5, per: .minute)))
        await expect(.neverPossible, naming: "6", "5", "'r'") {
            _ = try await limiter.acquire(Descriptor(token: "t"), cost: 6)
        }
    }

    @Test func aDescriptorThatLacksAPart() async throws {
        let limiter = try limiter(
            Rule("r", per: .token, .endpoint, limit: Limit(5, per: .minute)),
            Rule("g", per: .group, limit: Limit(5, per: .minute))
        )
        await expect(.invalidDescriptor, naming: "endpoint", "'r'") {
            _ = try await limiter.acquire(Descriptor(token: "t", group: "g"))
        }
        await expect(.invalidDescriptor, naming: "group") {
            _ = try await limiter.acquire(Descriptor(token: "t", endpoint: "GET /"))
        }
    }

    @Test(arguments: [
        "", "5", "five/minute", "5/fortnight", "nan/minute", "5/-1s", "1e3/s", "5/99999999999999999999s", "5//s",
    ])
    func impossibleTexts(text: String) async {
        await expect(.invalidRule, naming: "'") { _ = try Limit(parsing: text) }
    }

    @Test func limitsInWords() throws {
        #expect(try Limit(parsing: "5/minute") == Limit(5, per: .minute))
        #expect(try Limit(parsing: "100/10s") == Limit(100, per: .seconds(10)))
        #expect(try Limit(parsing: "10000/24h") == Limit(10_000, per: .day))
    }

    @Test(arguments: [
        ("", "scheme"), ("localhost", "scheme"), ("http://localhost", "rediss"), ("redis://", "host"),
        ("redis://h:0", "'0'"), ("redis://h:65536", "65536"), ("redis://h:x", "port"), ("redis://h/x", "database"),
        ("redis://h/-1", "database"), ("redis://user@h", "password"), ("redis://h%zz", "%"), ("redis://h%00", "NUL"),
        ("unix://relative", "absolute"), ("unix:///", "absolute"), ("unix:///s?x=1", "?db="),
        ("unix:///" + String(repeating: "s", count: 108), "107"), ("tls://h", "rediss"),
        ("redis://a,b", "redis+cluster://"), ("redis+sentinel://a,b", "primary-name"), ("redis+cluster://a,a", "twice"),
    ])
    func impossibleAddresses(url: String, culprit: String) async {
        await expect(.invalidConfiguration, naming: culprit) {
            _ = try RateLimiter(redis: url, rules: [Rule("r", per: .token, limit: Limit(5, per: .minute))])
        }
    }

    @Test(arguments: [
        "redis://me:hunter2@h:99999", "redis://me:hunter2/x@h", "redis://me:x/hunter2@h", "redis://:hunter2",
        "redis://h/hunter2", "unix://me:hunter2@relative", "hunter2",
    ])
    func anAddressThatMakesNoSenseDoesNotBetrayItsPassword(url: String) async {
        do {
            let rules = [Rule("r", per: .token, limit: Limit(5, per: .minute))]
            _ = try RateLimiter(redis: url, rules: rules)
            Issue.record("it was accepted")
        } catch {
            #expect(error.code == .invalidConfiguration && !"\(error)".contains("hunter2"))
        }
    }

    @Test func impossibleOptions() async {
        func check(_ culprit: String, _ change: (inout RateLimiter.Configuration) -> Void) async {
            var configuration = RateLimiter.Configuration()
            change(&configuration)
            await expect(.invalidConfiguration, naming: culprit) {
                let rules = [Rule("r", per: .token, limit: Limit(5, per: .minute))]
                _ = try RateLimiter(redis: "redis://h", rules: rules, configuration: configuration)
            }
        }
        await check("keyPrefix") { $0.keyPrefix = "" }
        await check("keyPrefix") { $0.keyPrefix = "a{b}" }
        await check("keyPrefix") { $0.keyPrefix = String(repeating: "p", count: 17) }
        await check("keySecret") { $0.keySecret = "" }
        await check("deadline") { $0.deadline = .zero }
        await check("connectTimeout") { $0.connectTimeout = .seconds(61) }
        await check("stallLimit") { $0.stallLimit = .seconds(-1) }
        await check("queueLimit") { $0.queueLimit = 0 }
        await check("denialMemory") { $0.denialMemory = .seconds(-1) }
        await check("denialMemory") { $0.denialMemory = .seconds(61) }
        await check("breakerFailures") { $0.breakerFailures = -1 }
        await check("breakerFailures") { $0.breakerFailures = 1001 }
        await check("clientName") { $0.clientName = "two words" }
        await check("redis+sentinel://") { $0.sentinelTLS = TLSConfiguration() }
        await check("redis+sentinel://") { $0.sentinelCredentials = { Credentials(password: "x") } }
        await check("sentinelTLS") { configuration in
            configuration.sentinelTLS = TLSConfiguration()
            configuration.sentinelTLS?.trustedFile = "/nowhere.pem"
        }
    }
}
