package import StressHistory

/// What a run is to be like.
package struct StressOptions: Sendable {
    package var processes = 4
    package var tasks = 64
    package var seconds = 30.0
    /// Decisions per second of all processes together; nil for as fast as possible.
    package var rate: Double?
    /// A Redis that is there already; nil for a private one.
    package var redis: String?
    package var faults: [Fault.Kind] = []
    /// How far apart faults begin, in seconds.
    package var faultEvery = 2.0
    package var seed: UInt64 = 0
    /// How long a call may take, in milliseconds.
    package var deadline = 50
    /// Where the history is written as JSON Lines; nil for nowhere.
    package var history: String?
    /// Whether memory, descriptors and threads are watched, and Redis has to be empty in the end.
    package var isSoak = false

    package init() {}

    /// Faults that go through a proxy between the workers and Redis.
    var needsProxy: Bool {
        !Set(faults).isDisjoint(with: [.cut, .reset, .delay, .dribble, .garbage])
    }
}
