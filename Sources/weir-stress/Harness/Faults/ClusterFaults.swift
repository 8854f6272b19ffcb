package import LocalServers
internal import SeededRandom
package import StressHistory

/// Makes the faults of a cluster: of all its primaries, of one of them, and of who has which slots.
///
/// Replicas take the place of a primary in a `failover` alone. A machine that is busy might make them do so at any time,
/// and then something would be lost that no fault explains.
package struct ClusterFaults: FaultMaker {
    /// What a cluster has to be started with; its nodes may be late for twice as long as a `stop` lasts at the most.
    package static var settings: ClusterSettings {
        var settings = ClusterSettings()
        settings.nodeTimeout = longestStop * 2
        settings.options[noFailover] = "yes"
        return settings
    }

    private static let noFailover = "cluster-replica-no-failover"
    private static let longestStop = Duration.seconds(1)
    private static let slotsOfReshard = 1000
    private static let slotsOfRescale = 500

    private let cluster: PrivateCluster
    private let killWorker: WorkerKiller

    /// - Parameters:
    ///   - cluster: what the workers use, started with `settings`.
    ///   - killWorker: ends one of the workers.
    package init(cluster: PrivateCluster, killWorker: @escaping WorkerKiller) {
        self.cluster = cluster
        self.killWorker = killWorker
    }

    package func carryOut(_ planned: PlannedFault) async throws -> Fault? {
        var generator = SeededGenerator(seed: planned.seed)
        var fault = Fault(kind: planned.kind, from: EpochClock.now, until: 0)
        switch planned.kind {
        case .scriptFlush, .clientKill: try await PrimaryFaults(try await primaries()).make(planned)
        case .stop:
            let primary = generator.element(try await primaries())
            try await RedisFaults(server: primary).freeze(for: min(planned.length, Self.longestStop))
            try await calmDown()
        case .workerKill:
            fault.process = try await killWorker(&generator)
            guard fault.process != nil else { return nil }
        case .failover: try await failOver(&fault, &generator)
        case .reshard: try await reshard(&fault, &generator)
        case .rescale: try await rescale(&fault, &generator)
        case .restart, .pause, .memory, .busy, .demote, .partition, .cut, .reset, .delay, .dribble, .garbage:
            throw RedisFaults.Failure(description: "a cluster cannot have the fault \(planned.kind.rawValue)")
        }
        fault.until = EpochClock.now
        return fault
    }

    private func failOver(_ fault: inout Fault, _ generator: inout SeededGenerator) async throws {
        let nodes = try await nodes()
        let killed = generator.element(Self.withSlots(nodes))
        let replicas = nodes.filter { $0.role == .replica(of: killed.id) }
        fault.slots = killed.slots.description
        try await setNoFailover("no", of: replicas)
        (fault.from, fault.promoted) = try await OwnThread.run { [cluster] in
            // Whoever is promoted must have had all but the last moments.
            try cluster.waitUntilInSync()
            let from = EpochClock.now
            try cluster.kill(killed)
            _ = try cluster.promotion(insteadOf: killed)
            let promoted = EpochClock.now
            try cluster.waitUntilAgreed()
            try cluster.start(killed)
            return (from, promoted)
        }
        try await setNoFailover("yes", of: replicas)
    }

    private func setNoFailover(_ value: String, of nodes: [ClusterNode]) async throws {
        for node in nodes {
            try await RedisFaults(server: cluster.redis(of: node)).order(["CONFIG", "SET", Self.noFailover, value])
        }
    }

    private func reshard(_ fault: inout Fault, _ generator: inout SeededGenerator) async throws {
        let pair = Self.withSlots(try await nodes()).shuffled(using: &generator).sorted { first, second in
            // One that has few would have none in the end.
            first.slots.count > 2 * Self.slotsOfReshard && second.slots.count <= 2 * Self.slotsOfReshard
        }
        let (source, target) = (pair[0], pair[1])
        let slots = try await slots(Self.slotsOfReshard, of: source, &generator)
        fault.slots = slots.description
        fault.from = EpochClock.now
        try await OwnThread.run { [cluster] in try cluster.move(slots, from: source, to: target) }
        try await calmDown()
    }

    private func rescale(_ fault: inout Fault, _ generator: inout SeededGenerator) async throws {
        let host = generator.element(Self.withSlots(try await nodes()))
        let slots = try await slots(Self.slotsOfRescale, of: host, &generator)
        fault.slots = slots.description
        fault.from = EpochClock.now
        try await OwnThread.run { [cluster] in
            let added = try cluster.addNode()
            try cluster.move(slots, from: host, to: added)
            try cluster.move(slots, from: added, to: host)
            try cluster.remove(added)
        }
        try await calmDown()
    }

    /// So many slots of a primary, next to one that is in use if there is any.
    private func slots(
        _ count: Int,
        of node: ClusterNode,
        _ generator: inout SeededGenerator
    ) async throws -> SlotRanges {
        let all = node.slots.slots
        let used = try await OwnThread.run { [cluster] in try cluster.slotInUse(of: node) }
        let middle = used.flatMap { all.firstIndex(of: $0) } ?? generator.number(0...all.count - 1)
        let start = max(0, min(middle - count / 2, all.count - count))
        return SlotRanges(all[start..<min(all.count, start + count)])
    }

    /// What a fault has left behind must be over before the next one: together they might lose what neither does alone.
    private func calmDown() async throws {
        try await OwnThread.run { [cluster] in
            try cluster.waitUntilAgreed()
            try cluster.waitUntilInSync()
        }
    }

    private func primaries() async throws -> [PrivateRedis] {
        try Self.withSlots(try await nodes()).map { try cluster.redis(of: $0) }
    }

    private func nodes() async throws -> [ClusterNode] {
        try await OwnThread.run { [cluster] in try cluster.nodes() }
    }

    private static func withSlots(_ nodes: [ClusterNode]) -> [ClusterNode] {
        nodes.filter { $0.isPrimary && !$0.slots.isEmpty }
    }
}
