/// Where one limit stands, as far as fields tell it.
///
/// What a dialect has no place for is nil after reading: `RateLimit: limit=5, remaining=4, reset=58` has no name.
public struct LimitReport: Sendable, Hashable {
    /// The name of the limit, such as `endpoint`.
    public var name: String?
    /// The units that the window admits.
    public var limit: Int?
    /// The units left.
    public var remaining: Int?
    /// The time until there are more; written in whole seconds, rounded up.
    public var reset: Duration?
    /// The length of the window; written in whole seconds, rounded up.
    public var window: Duration?
    /// What is counted; nil for requests.
    public var unit: String?
    /// By whom it is counted, in a form that gives nobody away.
    public var partitionKey: [UInt8]?

    /// A report of what is known.
    public init(
        name: String? = nil,
        limit: Int? = nil,
        remaining: Int? = nil,
        reset: Duration? = nil,
        window: Duration? = nil,
        unit: String? = nil,
        partitionKey: [UInt8]? = nil
    ) {
        self.name = name
        self.limit = limit
        self.remaining = remaining
        self.reset = reset
        self.window = window
        self.unit = unit
        self.partitionKey = partitionKey
    }
}
