import SeededRandom
import StressChecker
import StressHistory
import TestSupport

/// A history as a run under faults could have left it: several windows, costs, refunds, peeks, parts of a pool, overrides,
/// and attempts whose outcome was lost, which were really carried out or not.
struct CheckerRandomHistory {
    /// What may occur in it.
    struct Options {
        var count = 600
        /// One attempt in so many; zero for none.
        var refunds = 12
        var unknowns = 25
        var overrides = 150
        var hasPlaces = true
        var defect: CheckerToyServer.Defect?
    }

    /// An attempt that is still to be carried out, and when the server gets to it.
    private struct Plan {
        var attempt: Attempt
        let windows: [Int]
        let pools: [Int: Int]
        let time: Int
        let isUnknown: Bool
        let isCarriedOut: Bool
    }

    private(set) var names = WindowNames()
    private(set) var faults: [Fault] = []
    private(set) var attempts: [Attempt] = []
    /// Of the unknown attempts, how many counted.
    private(set) var counted = 0

    private static let start = 1_700_000_000_000_000
    private var random: SeededGenerator
    private let options: Options

    init(seed: UInt64, _ options: Options = Options()) {
        random = SeededGenerator(seed: seed)
        self.options = options
        var server = CheckerToyServer(makeTerms())
        for window in server.terms.indices {
            _ = names.number(of: WindowNames.Name(rule: "rule\(window)", subject: "someone"))
        }
        let plans = makePlans(over: server.terms.count)
        server.defect = options.defect
        server.defectFrom = plans[plans.count / 2].time
        run(plans, on: &server)
        attempts.sort(by: Attempt.isBefore)
    }

    /// What the checker finds in it.
    var findings: Findings { Self.findings(attempts, names, faults) }

    static func findings(_ attempts: [Attempt], _ names: WindowNames, _ faults: [Fault]) -> Findings {
        var checker = Checker(names: names, faults: faults, watching: [0])
        for attempt in attempts { checker.check(attempt) }
        return checker.finish()
    }

    /// A few windows with limits, then a pool and two parts of it.
    private mutating func makeTerms() -> [CheckerToyServer.Terms] {
        var terms: [CheckerToyServer.Terms] = []
        for _ in 0..<random.number(1...4) {
            let period = random.element([20_000, 100_000, 1_000_000, 3_000_000])
            let limit = random.once(in: 6) ? nil : random.element([1, 3, 10, 60, 128, 129, 300])
            terms.append(.init(limit: limit, period: period, wideSlice: period / random.element([4, 16, 128])))
        }
        let period = random.element([50_000, 700_000])
        let pool = CheckerToyServer.Terms(limit: random.element([20, 200]), period: period, wideSlice: period / 10)
        return terms + [pool] + Array(repeating: .init(limit: nil, period: period, wideSlice: period / 10), count: 2)
    }

    private mutating func makePlans(over windows: Int) -> [Plan] {
        var plans: [Plan] = []
        var time = Self.start + random.number(0...1_000_000)
        for operation in 0..<options.count {
            if !random.once(in: 3) { time += random.number(0...random.element([3, 300, 3000, 20_000])) }
            if random.once(in: 300) { time += random.number(0...2_000_000) }
            let (chosen, pools) = chooseWindows(windows)
            var cost = random.once(in: 4) ? random.number(1...8) : 1
            if random.once(in: 15) { cost = 0 }
            if options.refunds > 0, random.once(in: options.refunds) { cost = -random.number(1...4) }
            let attempt = Attempt(
                process: random.number(0...2),
                operation: operation,
                cost: cost,
                sent: time - random.number(0...2000),
                done: time + random.number(0...2000),
                outcome: .unknown
            )
            plans.append(plan(attempt, chosen, pools, at: time))
        }
        return plans.sorted { ($0.time, $0.attempt.operation) < ($1.time, $1.attempt.operation) }
    }

    private mutating func chooseWindows(_ count: Int) -> ([Int], [Int: Int]) {
        let pool = count - 3
        var chosen = (0..<pool).filter { _ in random.once(in: 2) }
        var pools: [Int: Int] = [:]
        if random.once(in: 3) || chosen.isEmpty {
            let parts = (0...random.number(0...2)).dropFirst().map { pool + $0 }
            chosen += random.once(in: 2) ? [pool] + parts : parts + [pool]
            for part in parts { pools[chosen.firstIndex(of: part) ?? 0] = chosen.firstIndex(of: pool) }
        }
        return (chosen, pools)
    }

    /// When and whether the server gets to it: one that is lost may lie somewhere until a fault is over.
    private mutating func plan(_ attempt: Attempt, _ windows: [Int], _ pools: [Int: Int], at time: Int) -> Plan {
        guard options.unknowns > 0, random.once(in: options.unknowns) else {
            return Plan(
                attempt: attempt,
                windows: windows,
                pools: pools,
                time: time,
                isUnknown: false,
                isCarriedOut: true
            )
        }
        var last = attempt.done + 1_000_000
        if random.once(in: 3) {
            let fault = Fault(kind: .stop, from: time, until: time + random.number(0...3_000_000))
            faults.append(fault)
            last = max(last, fault.until + 1_000_000)
        }
        let isSoon = random.once(in: 2)
        return Plan(
            attempt: attempt,
            windows: windows,
            pools: pools,
            time: random.number(attempt.sent...(isSoon ? attempt.done : last)),
            isUnknown: true,
            isCarriedOut: random.once(in: 2)
        )
    }

    private mutating func run(_ plans: [Plan], on server: inout CheckerToyServer) {
        var (place, time) = (0, 0)
        for plan in plans {
            if options.overrides > 0, random.once(in: options.overrides) {
                let window = random.number(0...(server.terms.count - 3))
                if server.terms[window].limit != nil {
                    server.setLimit(random.element([0, 2, 10, 100, 129, 300]), of: window)
                }
            }
            place = plan.time == time ? place + 1 : 1
            time = plan.time
            var attempt = plan.attempt
            if plan.isUnknown {
                attempt.windows = server.plainFacts(plan.windows, pools: plan.pools)
                var real = attempt
                if plan.isCarriedOut { server.decide(&real, plan.windows, pools: plan.pools, at: plan.time) }
                if plan.isCarriedOut, real.outcome == .allowed, real.cost > 0 { counted += 1 }
            } else {
                server.decide(&attempt, plan.windows, pools: plan.pools, at: plan.time)
                attempt.place = options.hasPlaces ? place : nil
            }
            attempts.append(attempt)
        }
    }
}
