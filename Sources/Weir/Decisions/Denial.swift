/// A refusal: which rules had no room, and how long to wait.
public struct Denial: Sendable, Hashable {
    /// Where the windows stand, as far as that is known; the refusal charged nothing.
    public let usage: Usage
    /// The names of the rules that had no room, in the order of the rules; those that refuse by
    /// ``FailurePolicy/deny`` have no usage.
    public var violated: [String] {
        switch refusers {
        case .full(let cost): usage.told.filter { $0.hasNoRoom(for: cost) }.map(\.rule)
        case .named(let names): names
        }
    }
    /// The shortest wait after which this very request fits if nobody else comes.
    ///
    /// Denied at 12:00:43.000 with 17 seconds to wait, the same request is admitted at 12:01:00.000. Nil if no wait is known
    /// to help: an operator has set a limit of zero without an end. Told by ``Usage/Source/denialMemory`` to a larger cost
    /// than the one that was refused, it is the least that the wait can be.
    ///
    /// Told by ``Usage/Source/policy`` it is one second, a guess and no promise: nobody knows when Redis answers again. So
    /// it is by ``Usage/Source/local`` where the cost is above the share, or there is no room for more windows; its other
    /// waits are those of this process's own counts.
    public var retryAfter: Duration? { wait.map { .microseconds($0) } }
    private let refusers: Refusers
    /// Microseconds.
    private let wait: Int?

    /// Which rules refused; most callers never ask for their names.
    private enum Refusers: Sendable {
        /// Those without room for a cost.
        case full(cost: Int)
        case named([String])
    }

    /// Of a cost, or by rules that are named; with the wait in microseconds.
    init(_ usage: Usage, of cost: Int, wait: Int?) {
        self.init(usage, by: .full(cost: cost), wait: wait)
    }

    init(_ usage: Usage, violated: [String], wait: Int?) {
        self.init(usage, by: .named(violated), wait: wait)
    }

    private init(_ usage: Usage, by refusers: Refusers, wait: Int?) {
        self.usage = usage
        self.refusers = refusers
        self.wait = wait
    }

    /// A refusal of what could not be decided: of no rule, and with no wait.
    package init(undecided failure: WeirError) {
        self.init(.unknown(because: failure), violated: [], wait: nil)
    }

    /// The same refusal, told with another wait, in whole microseconds.
    package func telling(retryAfter: Duration) -> Denial {
        Denial(usage, by: refusers, wait: retryAfter.microsecondsRoundedUp)
    }

    /// Whether both tell the same.
    public static func == (left: Denial, right: Denial) -> Bool {
        left.usage == right.usage && left.retryAfter == right.retryAfter && left.violated == right.violated
    }

    /// Over what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(usage)
        hasher.combine(retryAfter)
        hasher.combine(violated)
    }
}
