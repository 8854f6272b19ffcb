/// Where a client stands: whether it is about to stop, or has stopped, for a limit.
///
/// An application tells its user by it, before requests fail or hang.
public struct Standing: Sendable, Hashable {
    /// How near the limit is.
    public enum Level: Int, Sendable, Hashable, Comparable {
        /// Nothing is known, or there is room.
        case clear
        /// The used share of a limit has reached ``Pacer/Settings/nearShare``.
        case near
        /// Nothing remains, or the server has refused: requests wait.
        case over

        /// Whether there is more room.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// How near the limit is.
    public let level: Level
    /// The units that the tightest limit admits; nil if nothing is known.
    public let limit: Int?
    /// The units that are left of it, as far as is known; nil if nothing is.
    public let remaining: Int?
    /// The time until there are more, or until a refusal's wait is over; nil if nothing is known.
    public let moreIn: Duration?

    init(level: Level, limit: Int?, remaining: Int?, moreIn: Duration?) {
        self.level = level
        self.limit = limit
        self.remaining = remaining
        self.moreIn = moreIn
    }

    /// Whether the limit is near or reached.
    public var isNearLimit: Bool { level >= .near }
    /// Whether requests wait.
    public var isOverLimit: Bool { level == .over }
}
