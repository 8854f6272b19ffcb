import Foundation
import Hiredis
import LuaScripts
import TestSupport
import Testing
import Weir

/// An application raises one group at the most, whoever grants and withdraws at once and wherever they die.
@Suite struct ProductionTests {
    private typealias Claim = ProductionSteps.Claim
    private typealias ClaimVerdict = ProductionSteps.ClaimVerdict
    private typealias Raise = ProductionSteps.Raise
    private typealias RaiseVerdict = ProductionSteps.RaiseVerdict

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

    /// Both scripts on a real server, and the reference beside them: each step is asked of both, and they must agree.
    private struct Both {
        let server: RedisServer
        let runner: ScriptRunner
        let claim = Script(source: Scripts.claim)
        let raise = Script(source: Scripts.raise)
        var ledger = ProductionLedger()

        init() throws {
            server = try RedisServer()
            runner = try ScriptRunner(server, source: Scripts.claim)
        }

        @discardableResult
        mutating func ask(_ step: Claim) async throws -> ClaimVerdict {
            let reply = try await runner.reply(to: step.command(calling: claim))
            let verdict = ClaimVerdict(reply)
            let expected = ledger.decide(step)
            guard let verdict, verdict == expected else { throw Difference("\(step): \(reply), reference \(expected)") }
            return verdict
        }

        @discardableResult
        mutating func ask(_ step: Raise) async throws -> RaiseVerdict {
            let reply = try await runner.reply(to: step.command(calling: raise))
            let verdict = RaiseVerdict(reply)
            let expected = ledger.decide(step)
            guard let verdict, verdict == expected else { throw Difference("\(step): \(reply), reference \(expected)") }
            return verdict
        }

        func fields(_ key: String) async throws -> [String: String] {
            let reply = try await runner.reply(to: Command("HGETALL", key))
            if reply == .integers([]) { return [:] }
            guard case .array(let parts) = reply else { throw ScriptRunner.StrangeReply(reply: reply) }
            var fields: [String: String] = [:]
            for place in stride(from: 0, to: parts.count - 1, by: 2) {
                fields[parts[place].string ?? ""] = parts[place + 1].string
            }
            return fields
        }

        /// The figures in force by both, which must agree.
        func production(_ group: String) async throws -> [String: Int] {
            let key = "weir:{\(group)}/limits"
            let stored = try await fields(key).compactMapValues { Int($0) }
            let expected = ledger.production(Array(key.utf8))
            guard stored == expected else { throw Difference("\(group): \(stored), reference \(expected)") }
            return stored
        }
    }

    private struct Difference: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private static func claim(_ deed: Claim.Deed, _ application: String = "a=crm") -> Claim {
        Claim(deed, key: Array("weir:{\(application)}/production".utf8))
    }

    private static func raise(
        _ group: String,
        _ version: Int,
        calls: Int? = nil,
        sites: Int? = nil,
        for application: String = "a=crm"
    ) -> Raise {
        Raise(
            Array(application.utf8),
            version: version,
            calls: calls,
            sites: sites,
            production: Array("weir:{\(group)}/production".utf8),
            limits: Array("weir:{\(group)}/limits".utf8)
        )
    }

    private static let acme = Array("g=acme".utf8)
    private static let bolt = Array("g=bolt".utf8)

    @Test func aSecondGroupIsRefusedAndToldWhoHasIt() async throws {
        var both = try Both()
        let first = try await both.ask(Self.claim(.claim(group: Self.acme)))
        #expect(first == ClaimVerdict(.done, version: 1, group: Self.acme))
        let second = try await both.ask(Self.claim(.claim(group: Self.bolt)))
        #expect(second == ClaimVerdict(.notDone, version: 1, group: Self.acme))
        let again = try await both.ask(Self.claim(.claim(group: Self.acme)))
        #expect(again == ClaimVerdict(.done, version: 2, group: Self.acme))
        let withdrawn = try await both.ask(Self.claim(.withdraw))
        #expect(withdrawn == ClaimVerdict(.done, version: 3, group: Self.acme))
        let between = try await both.ask(Self.claim(.claim(group: Self.bolt)))
        #expect(between == ClaimVerdict(.notDone, version: 3, group: Self.acme), "not before it is free")
        let stale = try await both.ask(Self.claim(.free(version: 2)))
        #expect(stale == ClaimVerdict(.notDone, version: 3, group: Self.acme))
        let freed = try await both.ask(Self.claim(.free(version: 3)))
        #expect(freed == ClaimVerdict(.done, version: 3, group: nil))
        let third = try await both.ask(Self.claim(.claim(group: Self.bolt)))
        #expect(third == ClaimVerdict(.done, version: 4, group: Self.bolt), "the version goes on")
        #expect(try both.server.command("PTTL", "weir:{a=crm}/production") == "-1")
    }

    @Test func nothingIsStoredByLookingOrByWithdrawingNothing() async throws {
        var both = try Both()
        for deed in [Claim.Deed.show, .withdraw, .free(version: 0), .free(version: 7)] {
            let verdict = try await both.ask(Self.claim(deed))
            #expect(verdict.version == 0 && verdict.group == nil)
        }
        #expect(try both.server.command("DBSIZE") == "0")
    }

    @Test func theGreatestFigureOfAllApplicationsHolds() async throws {
        var both = try Both()
        try await both.ask(Self.raise("g=acme", 1, calls: 50_000, for: "a=crm"))
        #expect(try await both.production("g=acme") == ["production:group": 50_000])
        try await both.ask(Self.raise("g=acme", 1, calls: 20_000, sites: 12, for: "a=erp"))
        #expect(try await both.production("g=acme") == ["production:group": 50_000, "production/sites": 12])
        try await both.ask(Self.raise("g=acme", 2, calls: 10_000, sites: 9, for: "a=crm"))
        #expect(try await both.production("g=acme") == ["production:group": 20_000, "production/sites": 12])
        try await both.ask(Self.raise("g=acme", 2, for: "a=erp"))
        #expect(try await both.production("g=acme") == ["production:group": 10_000, "production/sites": 9])
        try both.server.command("HSET", "weir:{g=acme}/limits", ":group", "5")
        let last = try await both.ask(Self.raise("g=acme", 3, for: "a=crm"))
        #expect(last == RaiseVerdict(.done, version: 3, calls: nil, sites: nil))
        let left = try both.server.command("HGETALL", "weir:{g=acme}/limits")
        #expect(left == ":group\n5", "what an operator has set is not touched")
    }

    @Test func aStepThatComesLateChangesNothing() async throws {
        var both = try Both()
        try await both.ask(Self.raise("g=acme", 5))
        let late = try await both.ask(Self.raise("g=acme", 4, calls: 50_000))
        #expect(late == RaiseVerdict(.overtaken, version: 5, calls: nil, sites: nil))
        #expect(try await both.production("g=acme").isEmpty)
        try await both.ask(Self.raise("g=acme", 6, calls: 50_000))
        let withdrawal = try await both.ask(Self.raise("g=acme", 5))
        #expect(withdrawal == RaiseVerdict(.overtaken, version: 6, calls: 50_000, sites: nil))
        let same = try await both.ask(Self.raise("g=acme", 6, calls: 50_000))
        #expect(same == RaiseVerdict(.done, version: 6, calls: 50_000, sites: nil))
        #expect(try await both.production("g=acme") == ["production:group": 50_000])
    }

    @Test func whatIsNotOursIsLeftAsItIs() async throws {
        let both = try Both()
        let server = both.server
        let raise = Self.raise("g=acme", 9, calls: 7, sites: 7)
        func expectUnreadable(_ key: String, _ value: String, _ read: [String]) async throws {
            for deed in [Claim.Deed.claim(group: Self.acme), .withdraw, .free(version: 3), .show] {
                let step = Claim(deed, key: Array("weir:{g=acme}/production".utf8))
                let claimed = ClaimVerdict(try await both.runner.reply(to: step.command(calling: both.claim)))
                if key.hasSuffix("production") {
                    #expect(claimed == ClaimVerdict(.unreadable, version: 0, group: nil), "\(value)")
                }
                let raised = RaiseVerdict(try await both.runner.reply(to: raise.command(calling: both.raise)))
                #expect(raised == RaiseVerdict(.unreadable, version: 0, calls: nil, sites: nil), "\(value)")
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
        let both = try Both()
        try both.server.command("SET", "weir:{g=acme}/limits", "theirs")
        let raise = Self.raise("g=acme", 9, calls: 7, sites: 7)
        let raised = RaiseVerdict(try await both.runner.reply(to: raise.command(calling: both.raise)))
        #expect(raised == RaiseVerdict(.unreadable, version: 0, calls: nil, sites: nil))
        #expect(try both.server.command("GET", "weir:{g=acme}/limits") == "theirs")
        #expect(try both.server.command("DBSIZE") == "1")
    }

    @Test func aDamagedClaimIsLeftAsItIs() async throws {
        let both = try Both()
        let damages = [
            ["group", "g=acme"], ["version", "x"], ["version", "0"], ["version", "3", "group", "g=acme"],
            ["version", "3", "state", "granted"], ["version", "3", "group", "g=acme", "state", "lost"],
        ]
        for fields in damages {
            try both.server.command("DEL", "weir:{a=crm}/production")
            _ = try both.server.cli(["HSET", "weir:{a=crm}/production"] + fields)
            for deed in [Claim.Deed.claim(group: Self.acme), .withdraw, .free(version: 3), .show] {
                let command = Self.claim(deed).command(calling: both.claim)
                let verdict = ClaimVerdict(try await both.runner.reply(to: command))
                #expect(verdict == ClaimVerdict(.unreadable, version: 0, group: nil), "\(fields)")
            }
            let length = try both.server.command("HLEN", "weir:{a=crm}/production")
            #expect(length == "\(fields.count / 2)")
        }
    }

    // MARK: Several operators at once

    /// An operator at work: which step is next, and what the earlier ones answered.
    private struct Operator {
        enum Work { case grant(group: String, calls: Int?, sites: Int?), withdraw }
        enum Step { case claim, raise, free, completed, notDone }

        let application: String
        let work: Work
        var step = Step.claim
        var version = 0
        var group = ""

        var isAtWork: Bool { step != .completed && step != .notDone }
        var isGrant: Bool { if case .grant = work { true } else { false } }

        var raise: Raise {
            guard case .grant(let group, let calls, let sites) = work else {
                return ProductionTests.raise(group, version, for: application)
            }
            return ProductionTests.raise(group, version, calls: calls, sites: sites, for: application)
        }
    }

    private enum Late { case claim(Claim), raise(Raise) }

    @Test func neverTwoGroupsWhateverHappensAtOnce() async throws {
        let first = SeededGenerator.printedSeed()
        let isFast = ProcessInfo.processInfo.environment["WEIR_FAST"] != nil
        var completions = 0
        var both = try Both()
        for seed in first..<(first + (isFast ? 4 : 20)) {
            completions += try await history(seed: seed, steps: 300, &both)
            _ = try await both.runner.reply(to: Command("FLUSHALL"))
            both.ledger = ProductionLedger()
        }
        #expect(completions > 100)
    }

    private static let applications = ["a=crm", "a=erp"]
    private static let groups = ["g=acme", "g=bolt", "g=cord"]

    /// Several operators, step by step in random order; some die, and what they had sent may come late.
    private func history(seed: UInt64, steps: Int, _ both: inout Both) async throws -> Int {
        var generator = SeededGenerator(seed: seed)
        var operators: [Operator] = []
        var late: [Late] = []
        var completions = 0
        for _ in 0..<steps {
            if operators.count < 4 { operators.append(Self.newOperator(&generator)) }
            let place = generator.number(0...(operators.count - 1))
            switch generator.number(1...10) {
            case 1:
                // Dies: the step on its way may be lost, or come late.
                let dead = operators.remove(at: place)
                if generator.once(in: 2) { late.append(Self.message(of: dead)) }
            case 2, 3:
                guard !late.isEmpty else { continue }
                switch late.remove(at: generator.number(0...(late.count - 1))) {
                case .claim(let step): try await both.ask(step)
                case .raise(let step): try await both.ask(step)
                }
            default:
                try await Self.advance(&operators[place], &both)
            }
            try await expectOneGroupEach(both, operators, seed)
            completions += operators.count { $0.step == .completed }
            operators.removeAll { !$0.isAtWork }
        }
        // Whatever the dead have left behind, doing it again completes it; then the late steps come, and change nothing.
        for application in Self.applications {
            var withdrawal = Operator(application: application, work: .withdraw)
            while withdrawal.isAtWork { try await Self.advance(&withdrawal, &both) }
            #expect(withdrawal.step == .completed, "WEIR_SEED=\(seed)")
            var grant = Operator(application: application, work: .grant(group: "g=cord", calls: 77, sites: nil))
            while grant.isAtWork { try await Self.advance(&grant, &both) }
            #expect(grant.step == .completed, "WEIR_SEED=\(seed)")
        }
        for case .raise(let step) in late {
            let verdict = try await both.ask(step)
            #expect(verdict.status == .overtaken, "WEIR_SEED=\(seed)")
        }
        for group in Self.groups {
            #expect(try await both.production(group) == (group == "g=cord" ? ["production:group": 77] : [:]))
        }
        return completions
    }

    private static func newOperator(_ generator: inout SeededGenerator) -> Operator {
        let application = generator.element(applications)
        guard generator.number(1...5) > 2 else { return Operator(application: application, work: .withdraw) }
        let calls: Int? = generator.once(in: 3) ? nil : generator.number(1...100_000)
        let sites: Int? = calls == nil || generator.once(in: 2) ? generator.number(1...100) : nil
        let work = Operator.Work.grant(group: generator.element(groups), calls: calls, sites: sites)
        return Operator(application: application, work: work)
    }

    private static func message(of worker: Operator) -> Late {
        switch worker.step {
        case .raise: .raise(worker.raise)
        case .free: .claim(claim(.free(version: worker.version), worker.application))
        default:
            switch worker.work {
            case .grant(let group, _, _): .claim(claim(.claim(group: Array(group.utf8)), worker.application))
            case .withdraw: .claim(claim(.withdraw, worker.application))
            }
        }
    }

    private static func advance(_ worker: inout Operator, _ both: inout Both) async throws {
        switch message(of: worker) {
        case .raise(let step):
            let verdict = try await both.ask(step)
            guard verdict.status == .done else {
                worker.step = .notDone
                return
            }
            worker.step = worker.isGrant ? .completed : .free
        case .claim(let step):
            let verdict = try await both.ask(step)
            if worker.step == .free {
                worker.step = verdict.status == .done ? .completed : .notDone
            } else if verdict.status == .done, let group = verdict.group {
                worker.version = verdict.version
                worker.group = String(decoding: group, as: UTF8.self)
                worker.step = .raise
            } else {
                // Nobody has it: there is nothing to withdraw.
                worker.step = worker.isGrant ? .notDone : .completed
            }
        }
    }

    /// Never two groups raised by one application, none once it is free, and a current completed grant is applied.
    private func expectOneGroupEach(_ both: Both, _ operators: [Operator], _ seed: UInt64) async throws {
        var ledger = both.ledger
        var raised: [String: [String: String]] = [:]
        for group in Self.groups {
            _ = try await both.production(group)
            raised[group] = try await both.fields("weir:{\(group)}/production")
        }
        for application in Self.applications {
            let claim = ledger.decide(Self.claim(.show, application))
            let holder = claim.group.map { String(decoding: $0, as: UTF8.self) }
            for group in Self.groups where group != holder {
                let said = raised[group]?[application] ?? " - -"
                #expect(said.hasSuffix(" - -"), "WEIR_SEED=\(seed): \(application) raises \(group)")
            }
            for worker in operators
            where worker.application == application && worker.step == .completed && worker.isGrant
                && worker.version == claim.version
            {
                let step = worker.raise
                let figures = [step.calls, step.sites].map { $0.map(String.init) ?? "-" }
                let said = raised[worker.group]?[application]
                #expect(said == "\(step.version) \(figures[0]) \(figures[1])", "WEIR_SEED=\(seed)")
            }
        }
    }
}
