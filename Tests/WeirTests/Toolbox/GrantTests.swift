import TestSupport
import Testing
import Weir

/// A grant by hand is a grant of the service's, and each line says what the next one is.
@Suite struct GrantTests {
    /// What a line asks to be typed next, as the script, its keys and its arguments.
    private func next(_ lines: [String], _ toolbox: Toolbox) throws -> (keys: [String], arguments: String) {
        let line = try #require(toolbox.value("next", in: lines))
        let halves = line.replacing("redis-cli --eval lua/grant.lua ", with: "").split(separator: " , ")
        #expect(halves.count == 2)
        let keys = halves[0].split(separator: " ").map { String($0).replacing("'", with: "") }
        return (keys, String(halves[1]))
    }

    @Test func whoeverTypesWhatIsPrintedGrantsAndWithdraws() async throws {
        let toolbox = try Toolbox()
        let keeper = try QuotaKeeper(redis: toolbox.server.url, configuration: .patient)
        let raise = try next(toolbox.run("grant", [Toolbox.claim], "claim g=acme by anna"), toolbox)
        try toolbox.run("grant", raise.keys, raise.arguments.replacing("CALLS SITES", with: "20000 12"))
        let sites = try await keeper.register(site: "a.example", for: "acme", application: "crm")
        #expect(sites.isRegistered && sites.usage.quota == 12)
        await #expect(throws: WeirError.self, "the service cannot grant it to another") {
            try await keeper.grant(ProductionGrant(group: "bolt", application: "crm", calls: 5))
        }
        let lower = try next(toolbox.run("grant", [Toolbox.claim], "withdraw by anna"), toolbox)
        let free = try next(toolbox.run("grant", lower.keys, lower.arguments), toolbox)
        try toolbox.run("grant", free.keys, free.arguments)
        try await keeper.grant(ProductionGrant(group: "bolt", application: "crm", calls: 5))
        #expect(throws: RedisServer.Failure.self, "nor by hand") {
            try toolbox.run("grant", [Toolbox.claim], "claim g=acme by anna")
        }
        await keeper.shutdown()
    }

    @Test func theRuleWhoseCallsAreRaisedMayHaveAnotherName() throws {
        let toolbox = try Toolbox()
        func raised() throws -> [String] {
            try toolbox.server.command("HKEYS", Toolbox.limits).split(separator: "\n").map(String.init)
        }
        try toolbox.run("grant", Toolbox.production, "raise a=crm 1 20000 - :calls by anna")
        #expect(try raised() == ["production:calls"])
        for wrong in ["raise a=crm 2 5 5 calls by anna", "raise a=crm 2 5 by anna", "lower a=crm 2 5 5 by anna"] {
            #expect(throws: RedisServer.Failure.self) { try toolbox.run("grant", Toolbox.production, wrong) }
        }
        #expect(try raised() == ["production:calls"])
        try toolbox.run("grant", Toolbox.production, "lower a=crm 2 :calls by anna")
        #expect(try raised().isEmpty)
    }
}
