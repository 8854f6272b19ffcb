import Hiredis
import LuaScripts
import SeededRandom
import TestSupport
import Testing
import Weir

/// Calls of the script on a server of its own, at times of the test's choice.
struct CreationCounter {
    static let objects = "weir:{u=somebody}/objects"
    static let limits = "weir:{u=somebody}/limits"
    static let quota = CreationQuota(limit: 5, monthlyGrowth: 2)
    /// 2027-01-31T10:00:00Z.
    static let start = 1_801_389_600_000_000

    let runner: ScriptRunner

    init() throws { runner = try ScriptRunner(RedisServer(), source: Scripts.create) }

    var server: RedisServer { runner.server }

    func verdict(_ request: CreationRequest, at time: Int?) async throws -> CreationVerdict {
        let reply = try await runner.reply(to: request.command(calling: runner.script, at: time))
        return try #require(CreationVerdict(reply), "\(reply)")
    }

    /// A call for one user: `least` of `most`, or all of `least` if no `most` is given.
    func call(
        _ least: Int,
        upTo most: Int? = nil,
        of quota: CreationQuota = CreationCounter.quota,
        operation: String? = nil,
        at time: Int? = CreationCounter.start
    ) async throws -> CreationVerdict {
        let keys = QuotaKeys(
            quota: Array(Self.objects.utf8),
            limits: Array(Self.limits.utf8),
            operation: operation.map { Array("\(Self.objects)/o/\($0)".utf8) }
        )
        return try await verdict(CreationRequest(keys, least: least, most: most ?? least, quota: quota), at: time)
    }

    func setLimit(_ text: String) throws { try server.command("HSET", Self.limits, "/objects", text) }

    /// Everything that is stored, byte for byte.
    func contents() throws -> [String] {
        try server.command("KEYS", "*").split(separator: "\n").sorted().map { key in
            try "\(key) \(server.command("DUMP", String(key)))"
        }
    }
}

/// Some users, their overrides and operations, and a bias towards the instants where something changes.
struct CreationHistory {
    private struct User {
        let name: String
        let quota: CreationQuota
        var override: (limit: Int, until: Int?)?
        var last: CreationVerdict?
        var operations: [(key: [UInt8], least: Int, most: Int, since: Int)] = []

        func key(_ kind: String) -> [UInt8] { Array("weir:{\(name)}/\(kind)".utf8) }
    }

    private static let day = 86_400_000_000
    private static let largest = 1 << 31

    private let seed: UInt64
    private var users: [User] = []
    private var arrivals = 0
    private var current = 0
    private(set) var now: Int

    init(seed: UInt64, generator: inout SeededGenerator) {
        self.seed = seed
        let monthEnd = 1_801_353_600_000_000  // 2027-01-31T00:00:00Z
        let start = generator.once(in: 2) ? monthEnd : 1_790_000_000_000_000 + generator.number(0...1000) * Self.day
        now = start + generator.number(0...(Self.day - 1))
        for _ in 0..<generator.number(2...5) { users.append(arrival(&generator)) }
    }

    private mutating func arrival(_ generator: inout SeededGenerator) -> User {
        arrivals += 1
        let limit = generator.element([1, 3, 10, 100, 5000, Self.largest])
        let growth = generator.element([0, 1, 7, 100, Self.largest])
        return User(name: "\(seed).\(arrivals)", quota: CreationQuota(limit: limit, monthlyGrowth: growth))
    }

    /// Now and then a new user takes the place of another, or an operator sets a limit or removes it.
    mutating func change(_ generator: inout SeededGenerator) -> Command? {
        let user = generator.number(0...(users.count - 1))
        if generator.once(in: 30) { users[user] = arrival(&generator) }
        guard generator.once(in: 8) else { return nil }
        if generator.once(in: 3) {
            users[user].override = nil
            var command = Command("HDEL")
            command.append(users[user].key("limits"))
            command.append("/objects")
            return command
        }
        let used = min(users[user].last?.used ?? 0, Self.largest)
        let limit = generator.element([0, used, used / 2, used / 2 + 1, generator.number(0...20), Self.largest])
        let second = now / 1_000_000
        let until = generator.element([nil, nil, second, second + 1, second + generator.number(0...10_000_000)])
        users[user].override = (limit, until)
        var command = Command("HSET")
        command.append(users[user].key("limits"))
        command.append("/objects")
        command.append(until.map { "\(limit) \($0)" } ?? "\(limit)")
        return command
    }

    /// The next call, some time later, and the override that holds for it.
    mutating func request(_ number: Int, _ generator: inout SeededGenerator) -> (CreationRequest, override: Int?) {
        current = generator.number(0...(users.count - 1))
        now = later(&generator)
        var (least, most) = size(&generator)
        var operation: [UInt8]?
        if generator.once(in: 3) {
            // The server forgets an operation by its own clock, so only what both remember is used again.
            let known = users[current].operations.indices.filter {
                now < users[current].operations[$0].since + Self.day
            }
            if !known.isEmpty, !generator.once(in: 3) {
                let place = generator.element(known)
                users[current].operations[place].since = min(users[current].operations[place].since, now)
                let used = users[current].operations[place]
                operation = used.key
                if generator.once(in: 4) {
                    most = generator.once(in: 2) && used.least >= 0 ? used.most + 1 : most
                    least = min(least, most)
                    if least < 0 { most = least }
                } else {
                    (least, most) = (used.least, used.most)
                }
            } else {
                let key = users[current].key("objects/o/\(number)")
                users[current].operations.append((key, least, most, now))
                operation = key
            }
        }
        most = min(most, Self.largest)
        least = min(least, most)
        let override = users[current].override.flatMap { override in
            override.until.map { $0 * 1_000_000 > now } ?? true ? override.limit : nil
        }
        let keys = QuotaKeys(
            quota: users[current].key("objects"),
            limits: users[current].key("limits"),
            operation: operation
        )
        return (CreationRequest(keys, least: least, most: most, quota: users[current].quota), override)
    }

    private func size(_ generator: inout SeededGenerator) -> (least: Int, most: Int) {
        let used = users[current].last?.used ?? 0
        let limit = users[current].last?.limit ?? users[current].quota.limit
        let room = min(max(1, limit - used), Self.largest)
        switch generator.number(1...12) {
        case 1: return (0, 0)
        case 2, 3:
            let count = generator.number(1...min(Self.largest, generator.once(in: 3) ? 2 * used + 2 : used / 3 + 1))
            return (-count, -count)
        case 4: return (0, generator.number(1...room))
        case 5: return (1, generator.number(1...room) + 1)
        case 6:
            let least = generator.number(1...room)
            return (least, least + generator.number(0...3))
        case 7, 8:
            let count = max(1, room + generator.number(-1...1))
            return (count, count)
        default:
            let count = generator.number(1...max(1, room / 3))
            return (count, count)
        }
    }

    private func later(_ generator: inout SeededGenerator) -> Int {
        switch generator.number(1...20) {
        case 1...9: return now + generator.number(0...1_000_000_000)
        case 10...12: return now + generator.number(0...(40 * Self.day))
        case 13: return now - generator.number(1...10_000_000_000)
        case 14: return now - generator.number(1...(40 * Self.day))
        case 15: return (users[current].override?.until ?? now / 1_000_000) * 1_000_000 + generator.number(-1...1)
        default:
            let edges = users.compactMap(\.last?.nextGrowth) + users.compactMap(\.last?.reached)
            return (edges.isEmpty ? now : generator.element(edges)) + generator.number(-1...1)
        }
    }

    mutating func learn(from verdict: CreationVerdict) {
        if verdict.status.rawValue >= 0 { users[current].last = verdict }
    }
}
