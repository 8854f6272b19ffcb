internal import Hiredis
package import StressHistory

/// How the Redis of a run is made up.
package enum Topology: String, Sendable, CaseIterable {
    /// One server.
    case single
    /// Three primaries and a replica of each.
    case cluster
    /// A primary, two replicas, and three Sentinels that watch over them.
    case sentinel

    /// The faults that a Redis of this kind can have, in the order in which they are listed.
    ///
    /// Where there is more than one server, they tell clients where they are themselves: a proxy between them would be
    /// left out by everybody.
    package var faults: [Fault.Kind] {
        switch self {
        case .single: Fault.Kind.allCases.filter { ![.failover, .reshard, .rescale].contains($0) }
        case .cluster: [.scriptFlush, .clientKill, .stop, .workerKill, .failover, .reshard, .rescale]
        case .sentinel: [.scriptFlush, .clientKill, .workerKill, .failover]
        }
    }

    /// Which kinds of Redis some faults need, such as "reshard, rescale need --topology cluster".
    static func needs(of faults: [Fault.Kind]) -> String {
        var kinds: [(topologies: [Topology], faults: [Fault.Kind])] = []
        for fault in faults {
            let topologies = allCases.filter { $0.faults.contains(fault) }
            if let index = kinds.firstIndex(where: { $0.topologies == topologies }) {
                kinds[index].faults.append(fault)
            } else {
                kinds.append((topologies, [fault]))
            }
        }
        return kinds.map { topologies, faults in
            let names = faults.map(\.rawValue).joined(separator: ", ")
            let needed = topologies.map(\.rawValue).joined(separator: " or ")
            return "\(names) \(faults.count == 1 ? "needs" : "need") --topology \(needed)"
        }.joined(separator: "; ")
    }
}
