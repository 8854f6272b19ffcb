internal import StressHistory

/// A fault of single connections, which a ``FaultyProxy`` can have.
enum NetworkFault: Sendable {
    case cut, reset, delay, dribble, garbage

    /// Nil if it is another.
    init?(_ kind: Fault.Kind) {
        switch kind {
        case .cut: self = .cut
        case .reset: self = .reset
        case .delay: self = .delay
        case .dribble: self = .dribble
        case .garbage: self = .garbage
        case .scriptFlush, .clientKill, .stop, .restart, .pause, .memory, .busy, .demote, .workerKill, .partition,
            .failover, .reshard, .rescale:
            return nil
        }
    }
}
