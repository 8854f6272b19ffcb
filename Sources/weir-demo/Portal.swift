#if Hummingbird
import AsyncHTTPClient
import Foundation
import NIOHTTP1
import Weir

/// What an operator and the applications of a group do, and whether all instances agree on it at once.
struct Portal: Sendable {
    let instances: [Instance]
    let client: HTTPClient
    let group: String
    let redis: String

    /// Each promise of the portal, and what was seen of it.
    func check(applications tallies: [Tally]) async throws -> [Findings.Check] {
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .seconds(5)
        let limiter = try RateLimiter(redis: redis, rules: ExampleAPI.rules, configuration: configuration)
        let keeper = try QuotaKeeper(redis: redis, configuration: configuration)
        let checks: [Findings.Check]
        do {
            checks =
                [try await usageByApplication(tallies)]
                + (try await sites()) + (try await production(keeper)) + (try await objects(keeper))
                + [try await block(limiter)]
            try await cleanUp(keeper)
        } catch {
            await limiter.shutdown()
            await keeper.shutdown()
            throw error
        }
        await limiter.shutdown()
        await keeper.shutdown()
        return checks
    }

    /// Windows expire by themselves, quotas do not; a Redis that is not the demo's own is left as it was.
    private func cleanUp(_ keeper: QuotaKeeper) async throws {
        for site in try await keeper.sites(of: group) { try await keeper.unregister(site: site.identity, for: group) }
        try await keeper.removeOverride(of: .creations(user: "\(group).eve"))
        try await keeper.release(by: "\(group).eve", count: 2)
    }

    private func send(_ method: HTTPMethod, _ path: String, by caller: String, turn: Int = 0) async throws -> Probe {
        let instance = instances[turn % instances.count]
        return try await Probe.send(method, path, token: "\(group).\(caller)", to: instance, with: client)
    }

    private func usageByApplication(_ tallies: [Tally]) async throws -> Findings.Check {
        // The very first request, and this one, were made by the application crm too.
        var expected = ["crm": 2]
        for tally in tallies {
            let application = tally.token.split(separator: ".").dropFirst().first.map(String.init) ?? ""
            expected[application, default: 0] += tally.admitted
        }
        let seen = try await send(.GET, "/usage", by: "crm.portal").body
        let words = { (used: [String: Int]) in
            used.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " + ")
                + " = \(used.values.reduce(0, +))"
        }
        return Findings.Check(
            "what each application used of the group's limit",
            expected: words(expected),
            seen: seen.applications.map {
                words($0) + (seen.used == $0.values.reduce(0, +) ? "" : " of \(seen.used ?? -1)")
            }
                ?? "nothing"
        )
    }

    private func sites() async throws -> [Findings.Check] {
        var statuses: [Int] = []
        for number in 0..<8 {
            let caller = number % 2 == 0 ? "crm.portal" : "shop.portal"
            statuses.append(try await send(.PUT, "/sites/shop\(number).example", by: caller, turn: number).status)
        }
        let again = try await send(.PUT, "/sites/SHOP3.Example.:443", by: "crm.portal", turn: 1).status
        let seventh = try await send(.PUT, "/sites/another.example", by: "shop.portal", turn: 2).body
        let words = statuses.map(String.init).joined(separator: " ")
        return [
            Findings.Check(
                "eight sites, by two applications",
                expected: "201 201 201 201 201 201 403 403",
                seen: words
            ),
            Findings.Check("a known site, written otherwise", expected: "200", seen: "\(again)"),
            Findings.Check(
                "why a seventh is refused",
                expected: Registration.refusalMessage,
                seen: seventh.message ?? ""
            ),
        ]
    }

    private func production(_ keeper: QuotaKeeper) async throws -> [Findings.Check] {
        func limits() async throws -> String {
            var limits: Set<String> = []
            for turn in instances.indices {
                let probe = try await send(.GET, "/sites", by: "crm.portal", turn: turn)
                limits.insert("\(probe["X-Rate-Limit-Limit"] ?? "none") calls, \(probe.body.quota ?? -1) sites")
            }
            return limits.sorted().joined(separator: " or ")
        }
        let application = "crm of \(group)"
        try await keeper.grant(ProductionGrant(group: group, application: application, calls: 100_000, sites: 20))
        let raised = try await limits()
        var conflict = "granted"
        do throws(WeirError) {
            try await keeper.grant(ProductionGrant(group: "other-\(group)", application: application, calls: 5))
        } catch {
            conflict = error.code.description
        }
        try await keeper.withdrawGrant(of: application)
        return [
            Findings.Check("a production group", expected: "100000 calls, 20 sites", seen: raised),
            Findings.Check("the same application, another group", expected: "conflict", seen: conflict),
            Findings.Check("withdrawn", expected: "10000 calls, 6 sites", seen: try await limits()),
        ]
    }

    private func objects(_ keeper: QuotaKeeper) async throws -> [Findings.Check] {
        try await keeper.setOverride(LimitOverride(2), of: .creations(user: "\(group).eve"))
        var answers: [String] = []
        for turn in 0..<3 {
            let probe = try await send(.POST, "/objects", by: "crm.eve", turn: turn)
            answers.append(probe.body.code.map { "\(probe.status) \($0)" } ?? "\(probe.status)")
        }
        return [
            Findings.Check(
                "three objects of a user who may create two",
                expected: "201, 201, 403 objectCreationQuotaReached",
                seen: answers.joined(separator: ", ")
            )
        ]
    }

    private func block(_ limiter: RateLimiter) async throws -> Findings.Check {
        let subject = Descriptor(group: group)
        try await limiter.setOverride(LimitOverride(0), of: "group", for: subject)
        var answers: [String] = []
        for turn in instances.indices {
            let probe = try await send(.GET, "/objects", by: "shop.portal", turn: turn)
            answers.append(probe.body.code.map { "\(probe.status) \($0)" } ?? "\(probe.status)")
        }
        try await limiter.removeOverride(of: "group", for: subject)
        let after = try await send(.GET, "/objects", by: "shop.portal").status
        return Findings.Check(
            "a group that is blocked, and then no more",
            expected: "402 groupLimitReached, then 200",
            seen: Set(answers).sorted().joined(separator: " or ") + ", then \(after)"
        )
    }
}
#endif
