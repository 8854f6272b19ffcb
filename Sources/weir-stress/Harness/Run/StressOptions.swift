package import StressHistory

/// What a run is to be like.
package struct StressOptions: Sendable {
    package var processes = 4
    package var tasks = 64
    package var threads = TaskThreads.connection
    package var seconds = 30.0
    /// Decisions per second of all processes together; nil for as fast as possible.
    package var rate: Double?
    /// A Redis that is there already; nil for a private one.
    package var redis: String?
    /// What is started if none is there already.
    package var topology = Topology.single
    package var faults: [Fault.Kind] = []
    /// What was asked for with all others, and cannot be had with this ``topology``.
    package var faultsLeftOut: [Fault.Kind] = []
    /// Whether a fault that this machine cannot have is left out; if not, it is an error.
    package var leavesOutImpossibleFaults = false
    package var seed: UInt64 = 0
    /// How long a call may take, in milliseconds.
    package var deadline = 250
    /// Where the history is written as JSON Lines; nil for nowhere.
    package var history: String?
    /// Where the report is written; nil for nowhere.
    package var report: String?
    /// Where the busiest window is drawn; nil for nowhere.
    package var picture: String?
    /// Whether memory, descriptors and threads are watched, and Redis has to be empty in the end.
    package var isSoak = false

    package init() {}
}
