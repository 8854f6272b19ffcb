/// A disturbance, and from when until when it was there; microseconds since the epoch.
package struct Fault: Sendable, Hashable {
    /// What was done.
    package enum Kind: String, Sendable, CaseIterable {
        /// `SCRIPT FLUSH`.
        case scriptFlush = "script-flush"
        /// `CLIENT KILL` of every client.
        case clientKill = "client-kill"
        /// `SIGSTOP` of Redis.
        case stop
        /// `kill -9` of Redis, and a start from its append-only file.
        case restart
        /// `CLIENT PAUSE`.
        case pause
        /// `maxmemory` below what is used.
        case memory
        /// A script that does not end by itself.
        case busy
        /// Redis takes itself for a replica, of a master that it does not find.
        case demote
        /// `kill -9` of a worker.
        case workerKill = "worker-kill"
        /// Packets between the workers and Redis vanish.
        case partition
        /// The connection ends after a random byte.
        case cut
        /// The connection is reset.
        case reset
        /// Bytes arrive late.
        case delay
        /// Bytes arrive one at a time.
        case dribble
        /// Bytes arrive that nobody sent.
        case garbage
        /// `kill -9` of a primary; a replica takes its place, and the killed one comes back as its replica.
        case failover
        /// Slots of a cluster move from one primary to another.
        case reshard
        /// A node joins a cluster, gets slots, gives them back and leaves.
        case rescale
    }

    package var kind: Kind
    package var from: Int
    package var until: Int
    /// The process that was hit, if it was one alone.
    package var process: Int?
    /// The hash slots that moved or, of a failover, that the killed primary had; as `CLUSTER NODES` has them, such as
    /// `0-5460 5470`, and nil for all.
    package var slots: String?
    /// When a replica was seen to have taken the place of the killed primary.
    package var promoted: Int?

    /// From when on nothing that it held up is still on its way.
    ///
    /// While a link is down TCP tries again and again, and waits twice as long each time; so it tries for the first time
    /// with the link up again before as much time has passed as the link was down. Then it must not be down again.
    package var settled: Int { kind.holdsUpAsLongAgain ? until + max(0, until - from) : until }

    package init(
        kind: Kind,
        from: Int,
        until: Int,
        process: Int? = nil,
        slots: String? = nil,
        promoted: Int? = nil
    ) {
        self.kind = kind
        self.from = from
        self.until = until
        self.process = process
        self.slots = slots
        self.promoted = promoted
    }
}

extension Fault.Kind {
    /// Whether what it held up may be on its way for as long again as it lasted.
    package var holdsUpAsLongAgain: Bool { self == .partition }
}
