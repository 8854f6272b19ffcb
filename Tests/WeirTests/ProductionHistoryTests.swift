import Foundation
import Hiredis
import LuaScripts
import SeededRandom
import TestSupport
import Testing
import Weir

/// Several operators at once, step by step in random order: never two groups raised by one application.
@Suite struct ProductionHistoryTests {
    @Test func neverTwoGroupsWhateverHappensAtOnce() async throws {
        let first = SeededGenerator.printedSeed()
        let isFast = ProcessInfo.processInfo.environment["WEIR_FAST"] != nil
        var completions = 0
        var both = try ProductionScripts()
        for seed in first..<(first + (isFast ? 4 : 20)) {
            completions += try await history(seed: seed, steps: 300, &both)
        }
        #expect(completions > 100)
    }

    /// Small mistakes that the histories have to notice, or they prove nothing.
    @Test(arguments: [
        // In lua/claim.lua.
        ("group ~= argument then", "false then"),
        ("or version ~= freed then", "then"),
        ("version = version + 1", "version = version"),
        ("redis.call('HDEL', key, 'group', 'state')", "redis.call('DEL', key)"),
        ("state = 'withdrawing'\n", "state = 'granted'\n"),
        ("if is_free then return { 0, version, '' } end", ""),
        // In lua/raise.lua.
        ("if said and said.version > version then", "if false then"),
        ("= max(most_calls, calls), max(most_sites, sites)", "= calls, sites"),
        ("if entries[i] == application then", "if false then"),
        ("format('%d', version) .. ' '", "'1 '"),
        ("if figure < 0 then", "if false then"),
        ("write_figure('production/sites', most_sites)", "write_figure('production/sites', sites)"),
    ])
    func aBrokenScriptIsNoticed(right: String, wrong: String) async throws {
        let sources = [Scripts.claim, Scripts.raise]
        let broken = sources.map { source in
            Array(String(decoding: source, as: UTF8.self).replacing(right, with: wrong).utf8)
        }
        try #require(broken != sources, "the scripts no longer say: \(right)")
        var both = try ProductionScripts(claim: broken[0], raise: broken[1])
        // Always the same histories: what they notice once they notice every time.
        for seed in UInt64(1)...40 {
            // A script that fails has been noticed too.
            guard (try? await history(seed: seed, steps: 300, &both)) != nil else { return }
        }
        Issue.record("not noticed: \(wrong)")
    }

    private static func check(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
        guard holds else { throw ProductionScripts.Difference(otherwise()) }
    }

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

        var raise: ProductionRaise {
            guard case .grant(let group, let calls, let sites) = work else {
                return ProductionRaise(group, version, by: application)
            }
            return ProductionRaise(group, version, calls: calls, sites: sites, by: application)
        }
    }

    private enum Late { case claim(ProductionClaim), raise(ProductionRaise) }

    private static let applications = ["a=crm", "a=erp"]
    private static let groups = ["g=acme", "g=bolt", "g=cord"]

    /// Several operators, step by step in random order; some die, and what they had sent may come late.
    ///
    /// Throws what goes wrong; returns how many grants and withdrawals were completed.
    private func history(seed: UInt64, steps: Int, _ both: inout ProductionScripts) async throws -> Int {
        _ = try await both.runner.reply(to: Command("FLUSHALL"))
        both.memory = Memory()
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
            try await checkOneGroupEach(both, operators, seed)
            completions += operators.count { $0.step == .completed }
            operators.removeAll { !$0.isAtWork }
        }
        // Whatever the dead have left behind, doing it again completes it; then the late steps come, and change nothing.
        for application in Self.applications {
            var withdrawal = Operator(application: application, work: .withdraw)
            while withdrawal.isAtWork { try await Self.advance(&withdrawal, &both) }
            try Self.check(withdrawal.step == .completed, "WEIR_SEED=\(seed): \(withdrawal)")
            var grant = Operator(application: application, work: .grant(group: "g=cord", calls: 77, sites: nil))
            while grant.isAtWork { try await Self.advance(&grant, &both) }
            try Self.check(grant.step == .completed, "WEIR_SEED=\(seed): \(grant)")
        }
        for case .raise(let step) in late {
            let verdict = try await both.ask(step)
            try Self.check(verdict.status == .overtaken, "WEIR_SEED=\(seed): \(step) is not overtaken")
        }
        for group in Self.groups {
            let left = try await both.production(group)
            let expected: [String: Int] = group == "g=cord" ? ["production:group": 77] : [:]
            try Self.check(left == expected, "WEIR_SEED=\(seed): \(group) has \(left) in the end")
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
        case .free: .claim(ProductionClaim(.free(version: worker.version), by: worker.application))
        default:
            switch worker.work {
            case .grant(let group, _, _):
                .claim(ProductionClaim(.claim(group: Array(group.utf8)), by: worker.application))
            case .withdraw: .claim(ProductionClaim(.withdraw, by: worker.application))
            }
        }
    }

    private static func advance(_ worker: inout Operator, _ both: inout ProductionScripts) async throws {
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
    private func checkOneGroupEach(_ both: ProductionScripts, _ operators: [Operator], _ seed: UInt64) async throws {
        var ledger = both.memory.production
        var raised: [String: [String: String]] = [:]
        for group in Self.groups {
            _ = try await both.production(group)
            raised[group] = try await both.runner.fields(of: "weir:{\(group)}/production")
        }
        for application in Self.applications {
            let claim = ledger.decide(ProductionClaim(.show, by: application))
            let holder = claim.group.map { String(decoding: $0, as: UTF8.self) }
            for group in Self.groups where group != holder {
                let said = raised[group]?[application] ?? " - -"
                try Self.check(said.hasSuffix(" - -"), "WEIR_SEED=\(seed): \(application) raises \(group)")
            }
            for worker in operators
            where worker.application == application && worker.step == .completed && worker.isGrant
                && worker.version == claim.version
            {
                let step = worker.raise
                let figures = [step.calls, step.sites].map { $0.map(String.init) ?? "-" }
                let said = raised[worker.group]?[application]
                let isApplied = said == "\(step.version) \(figures[0]) \(figures[1])"
                try Self.check(isApplied, "WEIR_SEED=\(seed): \(step) is done, and stored is \(said ?? "nothing")")
            }
        }
    }
}
