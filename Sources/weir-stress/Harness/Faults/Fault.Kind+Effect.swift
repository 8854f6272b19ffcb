package import StressHistory

extension Fault.Kind {
    /// What a caller may see of it and the checker may forgive, and no more: one sentence.
    package var effect: String {
        switch self {
        case .scriptFlush: "Nothing: the script is loaded again unseen."
        case .clientKill: "Calls in flight fail, and each may have counted; \(Self.meanwhile)."
        case .stop: "Callers time out; an unanswered call may count until a second after Redis goes on."
        case .restart:
            "Calls in flight fail, and each may have counted, but what was answered is kept; \(Self.meanwhile)."
        case .pause: "Callers time out; an unanswered call may count until a second after the pause."
        case .memory: "Calls that have to write are refused, and do not count."
        case .busy:
            "Calls are refused and do not count, or time out and may count until a second after the script has ended."
        case .demote: "Calls that have to write are refused, and do not count; nothing that has expired comes back."
        case .workerKill: "Nobody learns of that worker's calls in flight, and each may have counted."
        case .partition:
            "Callers time out; an unanswered call may count until as long after as the network was away, and a second."
        case .cut: "Calls in flight on that connection fail, and each may have counted; \(Self.meanwhile)."
        case .reset: "Calls in flight on that connection fail, and each may have counted; \(Self.meanwhile)."
        case .delay: "Calls take longer; one that times out may count until a second after."
        case .dribble: "Calls take longer; one that times out may count until a second after."
        case .garbage:
            "The client gives the connection up: calls in flight fail, and each may have counted; \(Self.meanwhile)."
        case .failover:
            "Calls fail until the promotion, and those in flight may have counted; the last moments may be lost."
        case .reshard: "Calls take longer while their slot moves; one that times out may count until a second after."
        case .rescale: "Calls take longer while their slot moves; one that times out may count until a second after."
        }
    }

    private static let meanwhile = "those before there is a new connection fail, and do not count"
}
