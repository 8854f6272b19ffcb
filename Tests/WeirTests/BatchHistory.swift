import Hiredis
import SeededRandom
import TestSupport
import Weir

/// Random batches as instances send them, one after another: neighbours that are alike, over windows of their own, windows
/// that all share, and parts of these.
struct BatchHistory {
    /// A group with its only part.
    private struct Tenant {
        let group: Window
        let part: Window
        let index: [UInt8]
    }

    private var own: [Window]
    /// For each of its own, another with a longer window.
    private let longer: [Window]
    private let groups: [Window]
    /// Of the first group.
    private let parts: [Window]
    private let index: [UInt8]
    private let tenants: [Tenant]
    private let owners: [[UInt8]]
    private let costs: [Int]
    /// How much time passes between batches, most often.
    private let pace: Int
    /// Whether operators set limits, and whether values are spoilt.
    private let isUnusual: (limits: Bool, values: Bool)
    private(set) var now: Int

    init(prefix: String, _ generator: inout SeededGenerator) {
        let second = 1_000_000
        let period = generator.element([300_000, second, 60 * second, 3600 * second, 3600 * second])
        let slices = generator.element([1, 2, 128, 1024])
        let few = Terms(limit: generator.element([1, 3, 30, 100, 128, 129, 1000, nil]), period: period, slices: slices)
        let more = Terms(limit: generator.element([5, 100, 1000, 1 << 31, nil]), period: 2 * period, slices: slices)
        let many = generator.once(in: 3) ? few : more
        func window(_ name: String, _ terms: Terms) -> Window {
            Window(key: Array("\(prefix):\(name)".utf8), terms: terms)
        }
        let count = generator.element([1, 2, 3, 20, 60])
        own = (0..<count).map { window("own:\($0)", few) }
        let long = Terms(limit: generator.element([2, 100, 1000, 5000]), period: 24 * period, slices: slices)
        longer = (0..<count).map { window("long:\($0)", long) }
        groups = (0..<2).map { window("group:\($0)", many) }
        index = Array("\(prefix):part".utf8)
        let partTerms = many.with(limit: generator.element([nil, 50]))
        parts = (0..<max(2, count)).map { window("part:\($0)", partTerms) }
        tenants = (0..<count).map {
            Tenant(
                group: window("tenant:\($0)", many),
                part: window("tenant:\($0):part:only", partTerms),
                index: Array("\(prefix):tenant:\($0):part".utf8)
            )
        }
        owners = (0..<2).map { Array("\(prefix)/limits:\($0)".utf8) }
        costs = generator.element([[1], [1, 1, 1, 2], [1, 10, 20], [1, 5, 50, 255, 256, 300], [200, 250]])
        pace = generator.element([0, 1, 20, period / 1000, period / 50, period / 4, period / 4])
        isUnusual = (generator.once(in: 4), generator.once(in: 3))
        now = ScriptRunner.epoch + generator.number(0...second)
    }

    /// The keys of all windows, and those of the lists of parts.
    var keys: (windows: [[UInt8]], indexes: [[UInt8]]) {
        let windows = own + longer + groups + parts + tenants.map(\.group) + tenants.map(\.part)
        return (windows.map(\.key), [index] + tenants.map(\.index))
    }

    mutating func step(_ generator: inout SeededGenerator) {
        switch generator.number(1...40) {
        case 1: now -= generator.element([1, 500, 400_000, 1_000_001, 3_000_000])
        case 2: now += generator.element([1_000_000, 60_000_000, 3_600_000_000, 30 * 86_400_000_000])
        default: now += generator.number(0...(2 * pace))
        }
        now = max(now, ScriptRunner.epoch)
        // A rule that has a longer window from now on.
        if generator.once(in: 60) {
            own = own.map { window in
                let terms = window.terms
                let longer = Terms(limit: terms.limit, period: 2 * terms.period, slices: terms.slices)
                return Window(key: window.key, terms: longer)
            }
        }
    }

    /// What is set or spoilt between two batches, if anything is.
    func disturbance(
        _ generator: inout SeededGenerator,
        value: (_ key: [UInt8]) async throws -> [UInt8]?
    ) async throws
        -> Command?
    {
        let window = generator.element(own + longer + groups + tenants.flatMap { [$0.group, $0.part] })
        if isUnusual.limits, generator.once(in: 8) {
            let field = LimitStages.field(of: window.key)
            let until = now / 1_000_000 + generator.number(-2...20)
            var command = Command("HSET")
            command.append(generator.element(owners))
            command.append(field)
            command.append(generator.element(["0", "3", "50", "1000", "2 \(until)", "900 \(until)", "many"]))
            return command
        }
        guard isUnusual.values, generator.once(in: 12) else { return nil }
        guard var bytes = try await value(window.key), !bytes.isEmpty, !generator.once(in: 6) else {
            guard generator.once(in: 2) else { return nil }
            var command = Command("DEL")
            command.append(window.key)
            return command
        }
        let place = generator.number(0...(bytes.count - 1))
        switch generator.number(1...3) {
        case 1: bytes[place] = UInt8(generator.number(0...255))
        case 2: bytes.removeSubrange(place...)
        default: bytes += generator.bytes(generator.number(1...9))
        }
        var command = Command("SET")
        command.append(window.key)
        command.append(bytes)
        command.append("KEEPTTL")
        return command
    }

    func requests(_ generator: inout SeededGenerator) -> [DecisionRequest] {
        (0..<generator.number(1...5)).flatMap { _ in neighbours(&generator) }
    }

    private func neighbours(_ generator: inout SeededGenerator) -> [DecisionRequest] {
        let cost = generator.element(costs)
        let (least, most): (Int, Int) =
            switch generator.number(1...14) {
            case 1: (0, 0)
            case 2: (-cost, -cost)
            case 3: (1, cost)
            default: (cost, cost)
            }
        let count = generator.number(1...generator.element([1, 8, 60]))
        if generator.once(in: 3) {
            let shape = generator.number(1...7)
            return (0..<count).map { number in
                let place = generator.once(in: 9) ? generator.number(0...(own.count - 1)) : number % own.count
                let windows = several(place, shape: shape)
                return DecisionRequest(windows, limits: owner(&generator), least: least, most: most)
            }
        }
        let shared = generator.element([0, 0, 1, 1, 2])
        let order = (0...shared).shuffled(using: &generator)
        let hot = generator.once(in: 4) ? generator.element(own) : nil
        let group = generator.element(groups)
        let isTwice = shared > 1 && generator.once(in: 6)
        return (0..<count).map { number in
            var windows = [hot ?? (generator.once(in: 5) ? generator.element(own) : own[number % own.count])]
            if shared > 0 {
                // The parts are those of the first.
                windows.append(generator.once(in: 12) || shared > 1 ? groups[0] : group)
            }
            if shared > 1 { windows.append(parts[generator.once(in: 6) ? 1 : 0]) }
            // The same one twice, which no rules lead to.
            if shared > 0, generator.once(in: 30) { windows[0] = windows[1] }
            if isTwice { windows[2] = windows[1] }
            var arranged = order.map { windows[$0] }
            if shared > 1, !isTwice, let place = order.firstIndex(of: 1), let part = order.firstIndex(of: 2) {
                arranged[part] = arranged[part].part(of: place, listedIn: index)
            }
            return DecisionRequest(arranged, limits: owner(&generator), least: least, most: most)
        }
    }

    /// Requests of one shape have several windows for themselves.
    private func several(_ place: Int, shape: Int) -> [Window] {
        let (tenant, part) = (tenants[place], parts[place])
        return switch shape {
        case 1: [own[place], longer[place]]
        case 2: [longer[place], groups[0], own[place]]
        case 3: [tenant.part.part(of: 1, listedIn: tenant.index), tenant.group]
        case 4: [tenant.group, own[place], tenant.part.part(of: 0, listedIn: tenant.index)]
        case 5: [own[place], groups[0], part.part(of: 1, listedIn: index)]
        case 6: [groups[0], part.part(of: 0, listedIn: index)]
        // A part of many groups, which no rules lead to.
        default: [parts[0].part(of: 1, listedIn: index), tenant.group]
        }
    }

    private func owner(_ generator: inout SeededGenerator) -> HashedKey? {
        generator.once(in: 10) ? nil : HashedKey(owners[generator.once(in: 8) ? 1 : 0])
    }
}

extension Window {
    fileprivate func part(of place: Int, listedIn index: [UInt8]) -> Window {
        Window(key: key, terms: terms, pool: Pool(place: place, index: index))
    }
}
