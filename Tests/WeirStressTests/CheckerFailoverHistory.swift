import SeededRandom
import StressChecker
import StressHistory
import TestSupport

/// A history of two primaries which are killed now and then, and whose replicas lag behind by some commands.
struct CheckerFailoverHistory {
    /// What goes wrong at the first failover, beyond what a replica may lack.
    enum Defect: CaseIterable {
        /// The oldest that is left of some window is lost too, though what came after it is there.
        case losesTheMiddle
        /// The windows of the other primary go back as well.
        case losesElsewhere
        /// Of two owners on one primary, each is cut somewhere else.
        case cutsTwice
        /// Nobody knows of the failover.
        case tellsNothing
        /// One unit more than is charged is admitted afterwards.
        case admitsOneTooMany
    }

    /// What may occur in it.
    struct Options {
        var count = 900
        /// One attempt in so many; zero for none.
        var refunds = 12
        var unknowns = 40
        var overrides = 150
        var hasPlaces = true
        var failovers = 2
        /// How many commands the replica may lack.
        var lag = 20
        /// Whether windows are so long and so large that what they hold is always seen afterwards.
        var isPlain = false
        var defect: Defect?
    }

    /// What was made of a failover.
    struct Made {
        var fault: Fault
        let primary: Int
        /// All later ones of the primary were lost.
        var cut = 0
        var decisions = 0
        var units = 0
    }

    struct Plan {
        var attempt: Attempt
        let owner: Int
        let windows: [Int]
        let pools: [Int: Int]
        let time: Int
        let isUnknown: Bool
        let isCarriedOut: Bool
    }

    var names = WindowNames()
    private(set) var faults: [Fault] = []
    private(set) var attempts: [Attempt] = []
    var made: [Made] = []
    /// Whether the defect made a difference that has to show.
    private(set) var isSpoiled = false
    /// Of the unknown attempts, how many counted.
    private(set) var counted = 0

    static let start = 1_700_000_000_000_000
    /// The slots of each primary, and owners with keys in them.
    static let slots = ["0-8191", "8192-16383"]
    static let ownersOfEach = 3

    var random: SeededGenerator
    let options: Options
    var owners: [(primary: Int, windows: [Int])] = []
    var server = CheckerToyServer([])
    /// Of each primary, what it was after each moment at which it decided anything.
    private var states: [[(time: Int, server: CheckerToyServer)]] = [[], []]
    private var log: [[(time: Int, cost: Int)]] = [[], []]
    private var isDead = [false, false]

    init(seed: UInt64, _ options: Options = Options()) {
        random = SeededGenerator(seed: seed)
        self.options = options
        makeWindows()
        run(makePlans())
        attempts.sort(by: Attempt.isBefore)
        faults += made.map(\.fault)
        if options.defect == .tellsNothing { faults.removeAll { $0.kind == .failover } }
    }

    /// What the checker finds in it.
    var findings: Findings {
        var checker = FailoverChecker(names: names, faults: faults, watching: [0])
        for attempt in attempts { checker.check(attempt) }
        return checker.finish()
    }

    // MARK: What happens

    private mutating func run(_ plans: [Plan]) {
        for primary in 0..<2 { states[primary] = [(0, server)] }
        var (next, place, time) = (0, 0, 0)
        for plan in plans {
            if next < made.count, plan.time > made[next].fault.from {
                isDead[made[next].primary] = true
                if plan.time > made[next].fault.promoted ?? 0 {
                    promote(next)
                    next += 1
                }
            }
            if options.overrides > 0, random.once(in: options.overrides) { changeLimit() }
            place = plan.time == time ? place + 1 : 1
            time = plan.time
            carryOut(plan, place)
        }
    }

    private mutating func changeLimit() {
        let owner = random.element(owners)
        let window = owner.windows[0]
        guard !isDead[owner.primary], server.terms[window].limit != nil else { return }
        server.setLimit(random.element([0, 2, 10, 100, 129, 300]), of: window)
    }

    private mutating func carryOut(_ plan: Plan, _ place: Int) {
        let primary = owners[plan.owner].primary
        var attempt = plan.attempt
        if isDead[primary] || plan.isUnknown {
            attempt.windows = server.plainFacts(plan.windows, pools: plan.pools)
            attempt.outcome = isDead[primary] && (options.unknowns == 0 || random.once(in: 2)) ? .failed : .unknown
        }
        if !isDead[primary], plan.isCarriedOut {
            var real = attempt
            server.decide(&real, plan.windows, pools: plan.pools, at: plan.time)
            if states[primary].last?.time == plan.time { states[primary].removeLast() }
            states[primary].append((plan.time, server))
            if states[primary].count > 200 { states[primary].removeFirst(100) }
            if real.outcome == .allowed, real.cost != 0 {
                if plan.isUnknown { counted += 1 } else { log[primary].append((plan.time, real.cost)) }
            }
            if server.defect != nil, real.outcome == .allowed, real.cost > 0 {
                isSpoiled =
                    isSpoiled
                    || plan.windows.contains { window in
                        server.terms[window].limit.map { server.used(window) > $0 } ?? false
                    }
            }
            if !plan.isUnknown {
                attempt = real
                attempt.place = options.hasPlaces ? place : nil
            }
        }
        attempts.append(attempt)
    }

    private mutating func promote(_ number: Int) {
        let primary = made[number].primary
        let isWrong = number == 0
        let windows = owners.filter { $0.primary == primary }.flatMap(\.windows)
        let lag = min(random.number(0...options.lag), states[primary].count - 1)
        let state = states[primary][states[primary].count - 1 - lag]
        made[number].cut = state.time
        let lost = log[primary].filter { $0.time > state.time }
        made[number].decisions = lost.count
        made[number].units = lost.reduce(0) { $0 + max(0, $1.cost) }
        let whole = server
        server.copy(windows, from: state.server)
        if isWrong { spoil(primary, lag: lag, whole) }
        states[primary] = [(state.time, server)]
        isDead[primary] = false
        log[primary] = []
    }

    private mutating func spoil(_ primary: Int, lag: Int, _ whole: CheckerToyServer) {
        switch options.defect {
        case nil: break
        case .losesTheMiddle:
            let window = owners[0].windows[0]
            isSpoiled = server.used(window) > 1 && server.loseOldest(of: window) < server.used(window)
        case .losesElsewhere:
            let other = states[1 - primary]
            let windows = owners.filter { $0.primary != primary }.flatMap(\.windows)
            let old = other[max(0, other.count - 6)].server
            isSpoiled = windows.contains { old.used($0) != server.used($0) }
            server.copy(windows, from: old)
        case .cutsTwice:
            // The first owner goes back far, the second not at all; both had something since then.
            let far = states[primary][max(0, states[primary].count - 31)].server
            let (first, second) = (owners[0].windows, owners[1].windows)
            isSpoiled =
                first.contains { far.used($0) != whole.used($0) } && second.contains { far.used($0) != whole.used($0) }
            server.copy(first, from: far)
            server.copy(second, from: whole)
        case .tellsNothing: isSpoiled = made[0].decisions > 0
        case .admitsOneTooMany: server.defect = .admitsOneTooMany
        }
    }
}
