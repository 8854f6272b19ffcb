/// How large the numbers of a history may be.
///
/// Every sum of a few of them fits into an `Int`, and every one into a double.
enum HistoryBounds {
    /// Microseconds since the epoch: until the year 2255.
    static var times: ClosedRange<Int> { 0...1 << 53 }
    static var processes: ClosedRange<Int> { 0...1 << 31 }
    /// Those of a Redis Cluster.
    static var slots: ClosedRange<Int> { 0...16_383 }
    static var operations: ClosedRange<Int> { 0...1 << 53 }
    static var places: ClosedRange<Int> { 0...1 << 53 }
    static var costs: ClosedRange<Int> { -(1 << 31)...1 << 31 }
    static var limits: ClosedRange<Int> { 0...1 << 48 }
    /// What a window without a limit may have counted.
    static var uses: ClosedRange<Int> { 0...1 << 53 }
    /// From a millisecond to 366 days.
    static var periods: ClosedRange<Int> { 1000...366 * 86_400_000_000 }
    /// A time from the decision on.
    static var waits: ClosedRange<Int> { 0...1 << 53 }
    static var windows: ClosedRange<Int> { 1...64 }
    /// A place among the windows of an attempt.
    static var pools: ClosedRange<Int> { 0...windows.upperBound - 1 }
    /// A slice is no longer than its window too, but a millisecond at least may always be one.
    static var slices: ClosedRange<Int> { 1...periods.upperBound }
    /// The length of the word for an error, in bytes.
    static var errors: ClosedRange<Int> { 1...64 }
}
