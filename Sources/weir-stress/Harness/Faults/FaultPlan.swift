internal import SeededRandom
package import StressHistory

/// Which faults a run has, and when: always the same for the same seed.
///
/// Every kind occurs before any of them occurs again, each time in another order. A fault begins at the earliest a
/// second after the one before it has ended and all that it held up has arrived, and none in the first second or the
/// last three: the run begins in peace, and ends with a look at how it has recovered.
package struct FaultPlan: Sendable, Hashable {
    package let faults: [PlannedFault]
    /// The kinds for which the run is too short.
    package let missing: [Fault.Kind]
    private let duration: Duration

    private static let peaceBefore = Duration.seconds(1)
    private static let peaceBetween = Duration.seconds(1)
    private static let peaceAfter = Duration.seconds(3)
    /// A fault that begins late is cut short, so that this much of the run is left.
    private static let recovery = Duration.seconds(2)

    /// - Parameters:
    ///   - kinds: the faults to choose from.
    ///   - seed: what everything that is left to chance follows from.
    ///   - duration: how long the run lasts.
    ///   - pace: the time from one beginning to the next, on average; longer where a fault lasts long.
    package init(kinds: [Fault.Kind], seed: UInt64, duration: Duration, every pace: Duration = .seconds(2)) {
        var generator = SeededGenerator(seed: seed)
        var faults: [PlannedFault] = []
        var deck: [Fault.Kind] = []
        var isOver = false
        var begins = Self.peaceBefore + pace * (Double(generator.number(0...50)) / 100)
        while !kinds.isEmpty, begins <= duration - Self.peaceAfter {
            if deck.isEmpty {
                if isOver { break }
                deck = kinds.shuffled(using: &generator)
            }
            let kind = deck.removeLast()
            let length = Duration.milliseconds(generator.number(kind.milliseconds))
            let room = duration - Self.recovery - begins
            if kind.takesItsTime, length > room {
                // Others may still be had, but no kind comes again before this one.
                isOver = true
                continue
            }
            let fault = PlannedFault(
                kind: kind,
                begins: begins,
                length: min(length, kind.holdsUpAsLongAgain ? room / 2 : room),
                seed: generator.next()
            )
            faults.append(fault)
            begins = max(begins + pace * (Double(generator.number(75...125)) / 100), fault.settles + Self.peaceBetween)
        }
        self.faults = faults
        self.duration = duration
        missing = kinds.filter { kind in !faults.contains { $0.kind == kind } }
    }

    /// Whether a fault that begins later than planned is over before the run is; of most the length is set, and short.
    package func hasRoom(for fault: PlannedFault, at time: Duration) -> Bool {
        !fault.kind.takesItsTime || time + fault.length <= duration - Self.recovery
    }
}

extension Fault.Kind {
    /// Whether it is over when it is done, and not after a time that was chosen.
    fileprivate var takesItsTime: Bool { [.failover, .reshard, .rescale].contains(self) }

    /// How long it may last.
    fileprivate var milliseconds: ClosedRange<Int> {
        switch self {
        // Once.
        case .workerKill: 0...0
        // Done again and again meanwhile.
        case .scriptFlush, .clientKill, .reset: 200...400
        // Armed meanwhile, at each connection once.
        case .cut, .garbage: 200...400
        // From a moment that deadlines survive, to one that nothing in flight does.
        case .stop, .demote: 100...3000
        // As long as it takes until every connection has been given up.
        case .partition: 100...5000
        // About as long as it takes, and a little more.
        case .failover: 8000...8000
        case .reshard: 4000...4000
        case .rescale: 8000...8000
        // How long nobody is there, before the start.
        case .restart: 0...500
        case .pause: 100...1000
        case .memory, .delay, .dribble: 400...600
        case .busy: 250...350
        }
    }
}
