import TestSupport
import Testing
import Weir

/// What a service sees of its quotas, in Redis and in memory alike.
@Suite struct QuotaKeeperTests {
    private func both(_ quotas: Quotas = Quotas(), _ body: (QuotaKeeper) async throws -> Void) async throws {
        let server = try RedisServer()
        let keepers = [
            try QuotaKeeper(redis: server.url, quotas: quotas, configuration: .patient),
            try QuotaKeeper(inMemory: InMemoryStore(), quotas: quotas),
        ]
        for keeper in keepers {
            try await body(keeper)
            await keeper.shutdown()
        }
    }

    // MARK: Sites

    @Test func sixSitesWhicheverApplicationAsks() async throws {
        try await both { keeper in
            for number in 1...6 {
                let application = number % 2 == 0 ? "crm" : "the shop"
                let outcome = try await keeper.register(
                    site: "s\(number).example",
                    for: "acme",
                    application: application
                )
                #expect(outcome == .registered(SiteUsage(count: number, quota: 6)))
            }
            let refused = try await keeper.register(site: "s7.example", for: "acme", application: "crm")
            #expect(refused == .refused(SiteUsage(count: 6, quota: 6)) && !refused.isRegistered)
            let again = try await keeper.register(site: "https://S3.Example.:443/", for: "acme", application: "crm")
            #expect(again == .alreadyRegistered(SiteUsage(count: 6, quota: 6)))
            #expect(try await keeper.unregister(site: "s1.example", for: "acme"))
            #expect(try await keeper.unregister(site: "s1.example", for: "acme") == false)
            #expect(try await keeper.register(site: "s7.example", for: "acme", application: "crm").isRegistered)
            let sites = try await keeper.sites(of: "acme")
            #expect(sites.map(\.identity) == (2...7).map { "s\($0).example" })
            #expect(sites.map(\.application) == ["crm", "the shop", "crm", "the shop", "crm", "crm"])
            #expect(sites.map(\.registeredAt) == sites.map(\.registeredAt).sorted())
            #expect(try await keeper.siteUsage(of: "acme") == SiteUsage(count: 6, quota: 6))
            #expect(try await keeper.siteUsage(of: "other") == SiteUsage(count: 0, quota: 6))
        }
    }

    @Test func theMessageIsThatOfThePortal() {
        #expect(
            Registration.refusalMessage
                == "Application developer has exceeded maximum number of client installations. Please contact the developer."
        )
    }

    // MARK: Objects

    @Test func objectsAreCountedAndReleased() async throws {
        try await both(Quotas(creations: CreationQuota(limit: 10, monthlyGrowth: 3))) { keeper in
            #expect(try await keeper.create(by: "anna", count: 8).isCreated)
            guard case .exhausted(let usage) = try await keeper.create(by: "anna", count: 3) else {
                Issue.record("11 of 10")
                return
            }
            #expect(usage.used == 8 && usage.remaining == 2 && usage.nextGrowth == nil && usage.reached == nil)
            let full = try await keeper.create(by: "anna", upTo: 5).usage
            #expect(full.charged == 2 && full.used == 10)
            let reached = try #require(full.reached)
            let next = try #require(full.nextGrowth)
            #expect(next - reached >= .day * 28 && next - reached <= .day * 31)
            #expect(try await keeper.release(by: "anna", count: 99).charged == -10)
            #expect(try await keeper.creations(by: "anna").used == 0)
            #expect(try await keeper.creations(by: "anna").reached == reached, "once and for ever")
            #expect(try await keeper.creations(by: "ben") != keeper.creations(by: "anna"))
        }
    }

    @Test func anOperationIsChargedOnce() async throws {
        try await both { keeper in
            let first = try await keeper.create(by: "anna", count: 5, operation: "request-1").usage
            let again = try await keeper.create(by: "anna", count: 5, operation: "request-1").usage
            #expect(!first.isRepeated && again.isRepeated && again.charged == 5 && again.used == 5)
            #expect(try await keeper.create(by: "anna", count: 5, operation: "request-2").usage.used == 10)
            let misused = await #expect(throws: WeirError.self) {
                try await keeper.create(by: "anna", count: 6, operation: "request-1")
            }
            #expect(misused?.code == .invalidOperation)
            #expect(try await keeper.create(by: "ben", count: 6, operation: "request-1").usage.used == 6)

            let registered = try await keeper.register(site: "a.example", for: "g", application: "c", operation: "r")
            #expect(
                try await keeper.register(site: "a.example", for: "g", application: "c", operation: "r") == registered
            )
        }
    }

    // MARK: Overrides and production

    @Test func overridesOfQuotas() async throws {
        try await both(Quotas(creations: CreationQuota(limit: 2))) { keeper in
            #expect(try await keeper.setOverride(LimitOverride(1), of: .sites(group: "acme")) == nil)
            #expect(try await keeper.register(site: "a.example", for: "acme", application: "c").isRegistered)
            let refused = try await keeper.register(site: "b.example", for: "acme", application: "c")
            #expect(refused == .refused(SiteUsage(count: 1, quota: 1)))
            #expect(try await keeper.removeOverride(of: .sites(group: "acme")) == LimitOverride(1))
            #expect(try await keeper.register(site: "b.example", for: "acme", application: "c").isRegistered)

            try await keeper.setOverride(LimitOverride(0), of: .creations(user: "anna"))
            guard case .exhausted(let usage) = try await keeper.create(by: "anna") else {
                Issue.record("a blocked user created an object")
                return
            }
            #expect(usage.limit == 0 && usage.nextGrowth == nil)
            try await keeper.setOverride(LimitOverride(3), of: .creations(user: "anna"))
            #expect(try await keeper.create(by: "anna", upTo: 9).usage.charged == 3)
        }
    }

    @Test func aProductionGroupHasRaisedLimitsAndAnApplicationOnlyOne() async throws {
        let rules = [Rule("group", per: .group, limit: Limit(2, per: .day))]
        let server = try RedisServer()
        let memory = InMemoryStore()
        let pairs = [
            (
                try QuotaKeeper(redis: server.url, configuration: .patient),
                try RateLimiter(redis: server.url, rules: rules, configuration: .patient)
            ),
            (try QuotaKeeper(inMemory: memory), try RateLimiter(inMemory: memory, rules: rules)),
        ]
        let acme = Descriptor(group: "acme & sons")
        for (keeper, limiter) in pairs {
            func limits() async throws -> [Int?] {
                [
                    try await limiter.acquire(acme).usage["group"]?.limit,
                    try await keeper.siteUsage(of: "acme & sons").quota,
                ]
            }
            #expect(try await limits() == [2, 6])
            #expect(try await keeper.productionGroup(of: "crm") == nil)
            try await keeper.grant(ProductionGrant(group: "acme & sons", application: "crm", calls: 100, sites: 20))
            #expect(try await limits() == [100, 20])
            #expect(try await keeper.productionGroup(of: "crm") == "acme & sons")
            let other = try ProductionGrant(group: "other", application: "crm", calls: 100)
            let conflict = await #expect(throws: WeirError.self) { try await keeper.grant(other) }
            #expect(conflict?.code == .conflict && conflict?.message.contains("'acme & sons'") == true)
            // The same again changes the figures; an operator's override wins; withdrawing keeps it, and the usage.
            try await keeper.grant(ProductionGrant(group: "acme & sons", application: "crm", calls: 50))
            #expect(try await limits() == [50, 6])
            try await limiter.setOverride(LimitOverride(0), of: "group", for: acme)
            #expect(try await limits() == [0, 6])
            #expect(try await keeper.withdrawGrant(of: "crm") == "acme & sons")
            #expect(try await limits() == [0, 6])
            try await limiter.removeOverride(of: "group", for: acme)
            let usage = try await limiter.peek(acme)["group"]
            #expect(usage?.limit == 2 && usage?.used == 3)
            #expect(try await keeper.withdrawGrant(of: "crm") == nil)
            try await keeper.grant(other)
            #expect(try await keeper.productionGroup(of: "crm") == "other")
            await keeper.shutdown()
            await limiter.shutdown()
        }
    }

    @Test func operatorsAtOnceNeverRaiseTwoGroupsForOneApplication() async throws {
        let server = try RedisServer()
        let keepers = try (0..<4).map { _ in try QuotaKeeper(redis: server.url, configuration: .patient) }
        for _ in 0..<20 {
            await withTaskGroup(of: Void.self) { group in
                for (number, keeper) in keepers.enumerated() {
                    group.addTask {
                        for turn in 0..<5 {
                            if (number + turn) % 3 == 0 {
                                _ = try? await keeper.withdrawGrant(of: "crm")
                            } else {
                                let name = number % 2 == 0 ? "even" : "odd"
                                try? await keeper.grant(ProductionGrant(group: name, application: "crm", calls: 9))
                            }
                        }
                    }
                }
            }
            let raised = try ["even", "odd"].filter {
                try server.command("HEXISTS", "weir:{g=\($0)}/limits", "production:group") == "1"
            }
            let holder = try await keepers[0].productionGroup(of: "crm")
            #expect(raised.count <= 1 && (raised.first == nil || raised.first == holder))
            // Whatever was left half-way, running it again completes it.
            if let holder {
                try await keepers[0].grant(ProductionGrant(group: holder, application: "crm", calls: 9))
                #expect(try server.command("HGET", "weir:{g=\(holder)}/limits", "production:group") == "9")
            }
        }
        for keeper in keepers { await keeper.shutdown() }
    }

    // MARK: What cannot be

    @Test func badInputIsATypedErrorAndChargesNothing() async throws {
        for quotas in [Quotas(sites: -1), Quotas(creations: CreationQuota(limit: 0)), Quotas(callsRule: "no spaces")] {
            let error = #expect(throws: WeirError.self) { try QuotaKeeper(inMemory: InMemoryStore(), quotas: quotas) }
            #expect(error?.code == .invalidQuota)
        }
        let huge = String(repeating: "x", count: 70_000)
        try await both { (keeper: QuotaKeeper) async throws in
            func code(_ body: () async throws -> Void) async -> WeirError.Code? {
                await #expect(throws: WeirError.self) { try await body() }?.code
            }
            for count in [0, -1, .min, 1 << 31 + 1] {
                #expect(await code { _ = try await keeper.create(by: "anna", count: count) } == .invalidCost)
                #expect(await code { _ = try await keeper.create(by: "anna", upTo: count) } == .invalidCost)
                #expect(await code { _ = try await keeper.release(by: "anna", count: count) } == .invalidCost)
            }
            for name in ["", huge] {
                #expect(await code { _ = try await keeper.create(by: name) } == .invalidQuota)
                #expect(await code { _ = try await keeper.create(by: "anna", operation: name) } == .invalidOperation)
                #expect(
                    await code { _ = try await keeper.register(site: "a.example", for: name, application: "c") }
                        == .invalidQuota
                )
                #expect(
                    await code { _ = try await keeper.register(site: "a.example", for: "g", application: name) }
                        == .invalidQuota
                )
                #expect(
                    await code { _ = try await keeper.register(site: name, for: "g", application: "c") } == .invalidSite
                )
                #expect(
                    await code { try await keeper.grant(ProductionGrant(group: name, application: "c", calls: 1)) }
                        == .invalidGrant
                )
            }
            #expect(await code { _ = try await keeper.create(by: "anna", durability: .replicas(0)) } == .invalidQuota)
            #expect(try await keeper.creations(by: "anna").used == 0)
            #expect(try await keeper.siteUsage(of: "g").count == 0)
        }
    }

    @Test func whatIsNotAQuotaIsAnErrorAndStays() async throws {
        let server = try RedisServer()
        let keeper = try QuotaKeeper(redis: server.url, configuration: .patient)
        try server.command("SET", "weir:{g=acme}/sites", "mine")
        let error = await #expect(throws: WeirError.self) {
            try await keeper.register(site: "a.example", for: "acme", application: "c")
        }
        #expect(error?.code == .unreadableQuota && error?.message.contains("weir:{g=acme}/sites") == true)
        #expect(try server.command("GET", "weir:{g=acme}/sites") == "mine")
        try server.command("HSET", "weir:{g=other}/limits", "/sites", "many")
        let unreadable = await #expect(throws: WeirError.self) {
            try await keeper.register(site: "a.example", for: "other", application: "c")
        }
        #expect(unreadable?.code == .unreadableOverride && unreadable?.message.contains("'/sites'") == true)
        await keeper.shutdown()
    }
}
