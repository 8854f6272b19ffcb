/// What an attempt was told about one of its windows.
package struct WindowFact: Sendable, Hashable {
    /// Which window: its place in the ``WindowNames`` of the history.
    package var window: Int
    /// The limit in force; nil if the window only counts.
    package var limit: Int?
    /// The length of the window in microseconds.
    package var period: Int
    /// The resolution in microseconds: what was admitted in one slice leaves together.
    package var slice: Int
    /// The units left; nil if the window only counts, or there was no decision.
    package var remaining: Int?
    /// The units that count, told only of a window without a limit.
    package var used: Int?
    /// Microseconds from the decision until the oldest units leave; nil if there was no decision.
    package var reset: Int?
    /// Whether it had no room.
    package var isViolated: Bool
    /// The place, among the windows of the attempt, of the one that this is a part of.
    package var pool: Int?

    package init(
        window: Int,
        limit: Int?,
        period: Int,
        slice: Int,
        remaining: Int? = nil,
        used: Int? = nil,
        reset: Int? = nil,
        isViolated: Bool = false,
        pool: Int? = nil
    ) {
        self.window = window
        self.limit = limit
        self.period = period
        self.slice = slice
        self.remaining = remaining
        self.used = used
        self.reset = reset
        self.isViolated = isViolated
        self.pool = pool
    }
}
