/// How time passes for a window, in microseconds: how long it is, and in which steps it lets go.
package struct Pace: Sendable, Hashable {
    package let period: Int
    package let slice: Int

    package init(period: Int, slice: Int) {
        self.period = period
        self.slice = slice
    }

    /// The end of the slice that a time lies in.
    func sliceEnd(at now: Int) -> Int { now - now % slice + slice }
}
