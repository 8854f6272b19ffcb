import Hiredis
import SeededRandom
import TestSupport
import Weir

/// Random batches as instances send them, one after another: neighbours that are alike, over windows of their own, windows
/// that all share, and parts of these.
struct BatchHistory {
    private var own: [Window]
    private let groups: [Window]
    /// Of the first group.
    private let parts: [Window]
    private let index: [UInt8]
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
        own = (0..<generator.element([1, 2, 3, 20, 60])).map { window("own:\($0)", few) }
        groups = (0..<2).map { window("group:\($0)", many) }
        index = Array("\(prefix):part".utf8)
        let partTerms = many.with(limit: generator.element([nil, 50]))
        parts = (0..<2).map { window("part:\($0)", partTerms) }
        owners = (0..<2).map { Array("\(prefix)/limits:\($0)".utf8) }
        costs = generator.element([[1], [1, 1, 1, 2], [1, 10, 20], [1, 5, 50, 255, 256, 300], [200, 250]])
        pace = generator.element([0, 1, 20, period / 1000, period / 50, period / 4, period / 4])
        isUnusual = (generator.once(in: 4), generator.once(in: 3))
        now = ScriptRunner.epoch + generator.number(0...second)
    }

    /// The keys of all windows, and that of the list of parts.
    var keys: (windows: [[UInt8]], index: [UInt8]) { ((own + groups + parts).map(\.key), index) }

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
        let window = generator.element(own + groups)
        if isUnusual.limits, generator.once(in: 8) {
            let field = LimitStages.field(of: window.key)
            let until = now / 1_000_000 + generator.number(-2...20)
            var command = Command("HSET")
            command.append(generator.element(owners))
            command.append(field)
            command.append(generator.element(["0", "3", "50", "1000", "2 \(until)", "many"]))
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
        let shared = generator.element([0, 0, 1, 1, 2])
        let order = (0...shared).shuffled(using: &generator)
        let hot = generator.once(in: 4) ? generator.element(own) : nil
        let group = generator.element(groups)
        let isTwice = shared > 1 && generator.once(in: 6)
        return (0..<generator.number(1...generator.element([1, 8, 60]))).map { number in
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
                let pool = Window.Pool(place: place, index: index)
                arranged[part] = Window(key: arranged[part].key, terms: arranged[part].terms, pool: pool)
            }
            let owner = generator.once(in: 10) ? nil : owners[generator.once(in: 8) ? 1 : 0]
            return DecisionRequest(arranged, limits: owner.map { HashedKey($0) }, least: least, most: most)
        }
    }
}
