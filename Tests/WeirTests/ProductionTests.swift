import Hiredis
import LuaScripts
import TestSupport
import Testing
import Weir

/// An application raises one group at the most, whoever grants and withdraws at once and wherever they die.
@Suite struct ProductionTests {
    @Test func aGrantHasNamesAndAtLeastOneFigure() throws {
        let grant = try ProductionGrant(group: "acme", application: "crm", calls: 50_000)
        #expect(grant.calls == 50_000 && grant.sites == nil)
        let longest = String(repeating: "n", count: 65_536)
        _ = try ProductionGrant(group: longest, application: longest, calls: 1, sites: 1 << 31)
        let senseless: [(String, String, Int?, Int?)] = [
            ("", "crm", 1, nil), ("acme", "", 1, nil), ("acme", "crm", nil, nil), ("acme", "crm", 0, nil),
            ("acme", "crm", 1, 0), ("acme", "crm", -1, 5), ("acme", "crm", (1 << 31) + 1, nil),
            ("acme", "crm", nil, (1 << 31) + 1), (longest + "n", "crm", 1, nil), ("acme", longest + "n", 1, nil),
        ]
        for (group, application, calls, sites) in senseless {
            let error = #expect(throws: WeirError.self) {
                try ProductionGrant(group: group, application: application, calls: calls, sites: sites)
            }
            #expect(error?.code == .invalidGrant)
        }
    }

    // MARK: The two scripts

    private static let acme = Array("g=acme".utf8)
    private static let bolt = Array("g=bolt".utf8)

    @Test func aSecondGroupIsRefusedAndToldWhoHasIt() async throws {
        var both = try ProductionScripts()
        let first = try await both.ask(ProductionClaim(.claim(group: Self.acme)))
        #expect(first == ProductionClaimVerdict(.done, version: 1, group: Self.acme))
        let second = try await both.ask(ProductionClaim(.claim(group: Self.bolt)))
        #expect(second == ProductionClaimVerdict(.notDone, version: 1, group: Self.acme))
        let again = try await both.ask(ProductionClaim(.claim(group: Self.acme)))
        #expect(again == ProductionClaimVerdict(.done, version: 2, group: Self.acme))
        let withdrawn = try await both.ask(ProductionClaim(.withdraw))
        #expect(withdrawn == ProductionClaimVerdict(.done, version: 3, group: Self.acme))
        let between = try await both.ask(ProductionClaim(.claim(group: Self.bolt)))
        #expect(between == ProductionClaimVerdict(.notDone, version: 3, group: Self.acme), "not before it is free")
        let stale = try await both.ask(ProductionClaim(.free(version: 2)))
        #expect(stale == ProductionClaimVerdict(.notDone, version: 3, group: Self.acme))
        let freed = try await both.ask(ProductionClaim(.free(version: 3)))
        #expect(freed == ProductionClaimVerdict(.done, version: 3, group: nil))
        let third = try await both.ask(ProductionClaim(.claim(group: Self.bolt)))
        #expect(third == ProductionClaimVerdict(.done, version: 4, group: Self.bolt), "the version goes on")
        #expect(try both.server.command("PTTL", "weir:{a=crm}/production") == "-1")
    }

    @Test func nothingIsStoredByLookingOrByWithdrawingNothing() async throws {
        var both = try ProductionScripts()
        for deed in [ProductionClaim.Deed.show, .withdraw, .free(version: 0), .free(version: 7)] {
            let verdict = try await both.ask(ProductionClaim(deed))
            #expect(verdict.version == 0 && verdict.group == nil)
        }
        #expect(try both.server.command("DBSIZE") == "0")
    }

    @Test func theGreatestFigureOfAllApplicationsHolds() async throws {
        var both = try ProductionScripts()
        try await both.ask(ProductionRaise("g=acme", 1, calls: 50_000, by: "a=crm"))
        #expect(try await both.production("g=acme") == ["production:group": 50_000])
        try await both.ask(ProductionRaise("g=acme", 1, calls: 20_000, sites: 12, by: "a=erp"))
        #expect(try await both.production("g=acme") == ["production:group": 50_000, "production/sites": 12])
        try await both.ask(ProductionRaise("g=acme", 2, calls: 10_000, sites: 9, by: "a=crm"))
        #expect(try await both.production("g=acme") == ["production:group": 20_000, "production/sites": 12])
        try await both.ask(ProductionRaise("g=acme", 2, by: "a=erp"))
        #expect(try await both.production("g=acme") == ["production:group": 10_000, "production/sites": 9])
        try both.server.command("HSET", "weir:{g=acme}/limits", ":group", "5")
        let last = try await both.ask(ProductionRaise("g=acme", 3, by: "a=crm"))
        #expect(last == ProductionRaiseVerdict(.done, version: 3, calls: nil, sites: nil))
        let left = try await both.runner.fields(of: "weir:{g=acme}/limits")
        #expect(left == [":group": "5"], "what an operator has set is not touched")
    }

    @Test func aStepThatComesLateChangesNothing() async throws {
        var both = try ProductionScripts()
        try await both.ask(ProductionRaise("g=acme", 5))
        let late = try await both.ask(ProductionRaise("g=acme", 4, calls: 50_000))
        #expect(late == ProductionRaiseVerdict(.overtaken, version: 5, calls: nil, sites: nil))
        #expect(try await both.production("g=acme").isEmpty)
        try await both.ask(ProductionRaise("g=acme", 6, calls: 50_000))
        let withdrawal = try await both.ask(ProductionRaise("g=acme", 5))
        #expect(withdrawal == ProductionRaiseVerdict(.overtaken, version: 6, calls: 50_000, sites: nil))
        let same = try await both.ask(ProductionRaise("g=acme", 6, calls: 50_000))
        #expect(same == ProductionRaiseVerdict(.done, version: 6, calls: 50_000, sites: nil))
        #expect(try await both.production("g=acme") == ["production:group": 50_000])
    }

    @Test func whatIsNotOursIsLeftAsItIs() async throws {
        let both = try ProductionScripts()
        let server = both.server
        let raise = ProductionRaise("g=acme", 9, calls: 7, sites: 7)
        func expectUnreadable(_ key: String, _ value: String, _ read: [String]) async throws {
            for deed in [ProductionClaim.Deed.claim(group: Self.acme), .withdraw, .free(version: 3), .show] {
                let step = ProductionClaim(deed, key: Array("weir:{g=acme}/production".utf8))
                let claimed = ProductionClaimVerdict(try await both.runner.reply(to: step.command(calling: both.claim)))
                if key.hasSuffix("production") {
                    #expect(claimed == ProductionClaimVerdict(.unreadable, version: 0, group: nil), "\(value)")
                }
                let raised = ProductionRaiseVerdict(try await both.runner.reply(to: raise.command(calling: both.raise)))
                #expect(raised == ProductionRaiseVerdict(.unreadable, version: 0, calls: nil, sites: nil), "\(value)")
            }
            #expect(try server.cli(read) == value)
            #expect(try server.command("DBSIZE") == "1")
            try server.command("FLUSHALL")
        }
        try server.command("SET", "weir:{g=acme}/production", "theirs")
        try await expectUnreadable("weir:{g=acme}/production", "theirs", ["GET", "weir:{g=acme}/production"])
        for value in ["theirs", "1 2", "1 2 3 4", "0 2 3", "1 0 3", "1 2 2147483649", "9007199254740992 2 3"] {
            try server.command("HSET", "weir:{g=acme}/production", "a=erp", value)
            let read = ["HGET", "weir:{g=acme}/production", "a=erp"]
            try await expectUnreadable("weir:{g=acme}/production", value, read)
        }
    }

    @Test func aForeignKeyOfLimitsStopsARaise() async throws {
        let both = try ProductionScripts()
        try both.server.command("SET", "weir:{g=acme}/limits", "theirs")
        let raise = ProductionRaise("g=acme", 9, calls: 7, sites: 7)
        let raised = ProductionRaiseVerdict(try await both.runner.reply(to: raise.command(calling: both.raise)))
        #expect(raised == ProductionRaiseVerdict(.unreadable, version: 0, calls: nil, sites: nil))
        #expect(try both.server.command("GET", "weir:{g=acme}/limits") == "theirs")
        #expect(try both.server.command("DBSIZE") == "1")
    }

    @Test func aDamagedClaimIsLeftAsItIs() async throws {
        let both = try ProductionScripts()
        let damages = [
            ["group", "g=acme"], ["version", "x"], ["version", "0"], ["version", "3", "group", "g=acme"],
            ["version", "3", "state", "granted"], ["version", "3", "group", "g=acme", "state", "lost"],
        ]
        for fields in damages {
            try both.server.command("DEL", "weir:{a=crm}/production")
            _ = try both.server.cli(["HSET", "weir:{a=crm}/production"] + fields)
            for deed in [ProductionClaim.Deed.claim(group: Self.acme), .withdraw, .free(version: 3), .show] {
                let command = ProductionClaim(deed).command(calling: both.claim)
                let verdict = ProductionClaimVerdict(try await both.runner.reply(to: command))
                #expect(verdict == ProductionClaimVerdict(.unreadable, version: 0, group: nil), "\(fields)")
            }
            let length = try both.server.command("HLEN", "weir:{a=crm}/production")
            #expect(length == "\(fields.count / 2)")
        }
    }
}

// MARK: - Script and reference

/// Both scripts on a real server, and the reference beside them: each step is asked of both, and they must agree.
struct ProductionScripts {
    /// What script and reference do not agree on, or what they agree on and should not.
    struct Difference: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    let runner: ScriptRunner
    let raise: Script
    var memory = Memory()

    init(claim: [UInt8] = Scripts.claim, raise: [UInt8] = Scripts.raise) throws {
        runner = try ScriptRunner(RedisServer(), source: claim)
        self.raise = Script(source: raise)
    }

    var server: RedisServer { runner.server }
    var claim: Script { runner.script }

    @discardableResult
    mutating func ask(_ step: ProductionClaim) async throws -> ProductionClaimVerdict {
        let reply = try await runner.reply(to: step.command(calling: claim))
        let verdict = ProductionClaimVerdict(reply)
        let expected = memory.production.decide(step)
        guard let verdict, verdict == expected else { throw Difference("\(step): \(reply), reference \(expected)") }
        return verdict
    }

    @discardableResult
    mutating func ask(_ step: ProductionRaise) async throws -> ProductionRaiseVerdict {
        let reply = try await runner.reply(to: step.command(calling: raise))
        let verdict = ProductionRaiseVerdict(reply)
        let expected = memory.raise(step)
        guard let verdict, verdict == expected else { throw Difference("\(step): \(reply), reference \(expected)") }
        return verdict
    }

    /// The figures in force by both, which must agree.
    func production(_ group: String) async throws -> [String: Int] {
        let key = "weir:{\(group)}/limits"
        let stored = try await runner.fields(of: key)
        let expected = memory.book.limits[Array(key.utf8)] ?? [:]
        guard stored == expected else { throw Difference("\(group): \(stored), reference \(expected)") }
        return stored.compactMapValues { Int($0) }
    }
}

extension ProductionClaim {
    /// A step on the claim of an application.
    init(_ deed: Deed, by application: String = "a=crm") {
        self.init(deed, key: Array("weir:{\(application)}/production".utf8))
    }
}

extension ProductionRaise {
    /// A step that raises a group, by name as in its keys; a withdrawal without figures.
    init(_ group: String, _ version: Int, calls: Int? = nil, sites: Int? = nil, by application: String = "a=crm") {
        self.init(
            Array(application.utf8),
            version: version,
            calls: calls,
            sites: sites,
            production: Array("weir:{\(group)}/production".utf8),
            limits: Array("weir:{\(group)}/limits".utf8)
        )
    }
}
