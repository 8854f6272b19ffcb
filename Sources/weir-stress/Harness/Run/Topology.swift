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

    /// Why others are not possible.
    var reason: String {
        switch self {
        case .single: "they need more than one server: --topology cluster or sentinel"
        case .cluster, .sentinel:
            "they need a single Redis, or a proxy before it, and these servers tell clients where they are themselves"
        }
    }
}
