internal import Hiredis

extension PrivateCluster {
    /// How many slots without keys move at once.
    private static let emptySlotsAtOnce = 100

    /// Moves slots and all that they hold from one primary to another, while others may use them, as `redis-cli` does.
    ///
    /// Those that hold keys move one by one, the others in parts, which takes less time. Returns when all nodes know.
    ///
    /// - Parameters:
    ///   - slots: which; the source has to have them.
    ///   - source: the primary that has them.
    ///   - target: the primary that is to have them.
    /// - Throws: if a node refuses; then a slot may be left half-way.
    package func move(_ slots: SlotRanges, from source: ClusterNode, to target: ClusterNode) throws {
        let orders = ClusterOrders()
        let (source, target) = (try server(source.id), try server(target.id))
        let others = try living.filter { try ![source.id, target.id].contains($0.id) && isPrimary($0, orders) }
        let used = try inUse(slots.slots, at: source, orders)
        for slot in used { try move([slot], from: source, to: target, telling: others, orders) }
        let empty = slots.slots.filter { !used.contains($0) }
        for start in stride(from: 0, to: empty.count, by: Self.emptySlotsAtOnce) {
            let part = Array(empty[start...].prefix(Self.emptySlotsAtOnce))
            try move(part, from: source, to: target, telling: others, orders)
        }
        try waitUntilAgreed()
    }

    /// Those that hold keys.
    private func inUse(_ slots: [Int], at server: ClusterMember, _ orders: ClusterOrders) throws -> [Int] {
        let counts = try orders.order(server, all: slots.map { ["CLUSTER", "COUNTKEYSINSLOT", "\($0)"] })
        return zip(slots, counts).filter { $0.1 != .integer(0) }.map(\.0)
    }

    private func move(
        _ slots: [Int],
        from source: ClusterMember,
        to target: ClusterMember,
        telling others: [ClusterMember],
        _ orders: ClusterOrders
    ) throws {
        func set(_ words: String..., at server: ClusterMember) throws {
            try orders.order(server, all: slots.map { ["CLUSTER", "SETSLOT", "\($0)"] + words })
        }
        try set("IMPORTING", source.id, at: target)
        try set("MIGRATING", target.id, at: source)
        // From now on the source takes no new keys.
        for slot in try inUse(slots, at: source, orders) {
            try moveKeys(of: slot, from: source, to: target, orders)
        }
        // The target first: whoever is sent there is at home.
        for server in [target, source] + others { try set("NODE", target.id, at: server) }
    }

    /// Moves so many slots, the first ones of the source, and returns them.
    @discardableResult
    package func move(_ count: Int, from source: ClusterNode, to target: ClusterNode) throws -> SlotRanges {
        guard let now = try nodes().first(where: { $0.id == source.id }), now.slots.count >= count else {
            throw Failure(description: "\(source.address) does not have \(count) slots to give")
        }
        let slots = SlotRanges(now.slots.slots.prefix(count))
        try move(slots, from: source, to: target)
        return slots
    }

    private func isPrimary(_ server: ClusterMember, _ orders: ClusterOrders) throws -> Bool {
        try orders.view(of: server).myself?.isPrimary == true
    }

    private func moveKeys(
        of slot: Int,
        from source: ClusterMember,
        to target: ClusterMember,
        _ orders: ClusterOrders
    ) throws {
        // What was copied and not removed before an answer was lost is there already.
        var replaces = false
        while true {
            let keys = try orders.order(source, "CLUSTER", "GETKEYSINSLOT", "\(slot)", "100")
            // A list of nothing is one of no integers.
            guard case .array(let keys) = keys else { return }
            var command = Command("MIGRATE", target.host, "\(target.port)", "", "0", "5000")
            if replaces { command.append("REPLACE") }
            if let password = settings.password {
                command.append("AUTH")
                command.append(password)
            }
            command.append("KEYS")
            for case .text(let key) in keys { command.append(key) }
            guard case .error(let error) = try orders.reply(of: source, to: command, called: "MIGRATE") else {
                continue
            }
            guard ["IOERR", "BUSYKEY"].contains(error.code) || error.message.contains("BUSYKEY"), !replaces else {
                throw Failure(description: "\(source.address) does not give slot \(slot) away: \(error.message)")
            }
            replaces = true
        }
    }

    /// A slot of a primary that holds a key, chosen by the server; nil if none does.
    package func slotInUse(of primary: ClusterNode) throws -> Int? {
        let (orders, server) = (ClusterOrders(), try server(primary.id))
        guard let key = try orders.order(server, "RANDOMKEY").string,
            case .integer(let slot) = try orders.order(server, "CLUSTER", "KEYSLOT", key)
        else { return nil }
        return slot
    }

    /// Leaves a slot to nobody; what it held stays where it is, out of reach.
    ///
    /// - Parameter slot: the slot.
    /// - Throws: if a node refuses.
    package func uncover(_ slot: Int) throws {
        let orders = ClusterOrders()
        var rounds = 0
        // What a node said of its slots before may still be on its way; after a second everybody has heard everything.
        try wait(looking: .milliseconds(100)) {
            var isCovered = false
            for server in living {
                let view = try orders.view(of: server)
                guard view.nodes.contains(where: { $0.slots.contains(slot) }) else { continue }
                isCovered = true
                try orders.order(server, "CLUSTER", "DELSLOTS", "\(slot)")
            }
            rounds = isCovered ? 0 : rounds + 1
            return rounds > 10 ? nil : "slot \(slot) is still there"
        }
    }

    /// Gives a slot that is left to nobody to a primary.
    ///
    /// - Parameters:
    ///   - slot: the slot.
    ///   - primary: who is to serve it.
    /// - Throws: if it is not left to nobody.
    package func cover(_ slot: Int, by primary: ClusterNode) throws {
        try ClusterOrders().order(server(primary.id), "CLUSTER", "ADDSLOTS", "\(slot)")
        try waitUntilAgreed()
    }
}
