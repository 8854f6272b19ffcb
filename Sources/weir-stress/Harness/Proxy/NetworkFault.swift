internal import StressHistory

/// A fault that a network can have, and that a ``FaultyProxy`` therefore can.
enum NetworkFault: Sendable {
    case cut, reset, delay, dribble, garbage

    /// Nil if it is not one of the network.
    init?(_ kind: Fault.Kind) {
        switch kind {
        case .cut: self = .cut
        case .reset: self = .reset
        case .delay: self = .delay
        case .dribble: self = .dribble
        case .garbage: self = .garbage
        case .scriptFlush, .clientKill, .stop, .restart, .pause, .memory, .busy, .workerKill: return nil
        }
    }
}
