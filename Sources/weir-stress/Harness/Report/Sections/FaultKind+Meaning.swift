internal import StressHistory

extension Fault.Kind {
    /// What was done, in words.
    var meaning: String {
        switch self {
        case .scriptFlush: "Redis forgot its scripts"
        case .clientKill: "Redis closed every connection"
        case .stop: "Redis stood still"
        case .restart: "Redis was killed and started again from its append-only file"
        case .pause: "Redis held commands back"
        case .memory: "Redis had no memory left for writes"
        case .busy: "Redis was busy with a script that did not end"
        case .demote: "Redis was a replica that may not write"
        case .workerKill: "The process was killed"
        case .partition: "Packets to and from Redis vanished"
        case .cut: "The connection ended after a random byte"
        case .reset: "The connection was reset"
        case .delay: "Bytes arrived late"
        case .dribble: "Bytes arrived one at a time"
        case .garbage: "Bytes arrived that nobody had sent"
        case .failover: "A primary was killed, and a replica took its place"
        case .reshard: "Slots moved from one primary to another"
        case .rescale: "A node joined, had slots for a while, and left"
        }
    }
}
