internal import Synchronization

/// The pacers of many tokens and endpoints, each made when it is first asked for.
///
/// It keeps a bounded number: beyond it, the pacer that was used longest ago and has nothing to do is forgotten, with what
/// it knew. One that is needed again begins anew, with one request that goes alone.
///
/// Keys are kept: let them hold no secrets.
public final class Pacers<Key: Hashable & Sendable>: Sendable {
    private struct State: Sendable {
        var pacers: [Key: Pacer] = [:]
        var recency = RecencyQueue<Key>()

        /// Forgets those used longest ago; a few busy ones are passed over, so that a call is never long.
        mutating func forgetIdle(beyond capacity: Int, but kept: Key) {
            var tries = 8
            while pacers.count > capacity, tries > 0, let key = recency.removeOldest() {
                tries -= 1
                if key != kept, pacers[key]?.isIdle ?? true {
                    pacers[key] = nil
                } else {
                    recency.use(key)
                }
            }
        }
    }

    /// How many are kept.
    public let capacity: Int
    private let state = Mutex(State())
    private let make: @Sendable (Key) -> Pacer

    /// Pacers that are made alike.
    ///
    /// - Parameters:
    ///   - capacity: how many are kept, 1,000 by default. While more than that are busy, more are.
    ///   - make: makes the pacer of a key.
    public init(capacity: Int = 1_000, make: @escaping @Sendable (Key) -> Pacer = { _ in Pacer() }) {
        precondition(capacity > 0, "room for one pacer is the least")
        self.capacity = capacity
        self.make = make
    }

    /// How many there are.
    public var count: Int { state.withLock { $0.pacers.count } }

    /// The pacer of a key.
    public func pacer(for key: Key) -> Pacer {
        state.withLock { state in
            state.recency.use(key)
            if let pacer = state.pacers[key] { return pacer }
            let pacer = make(key)
            state.pacers[key] = pacer
            state.forgetIdle(beyond: capacity, but: key)
            return pacer
        }
    }
}
