/// How time passes for a window, in microseconds: how long it is, and in which steps it lets go.
package struct Pace: Sendable, Hashable {
    package let period: Int
    package let slice: Int
    /// Under another limit the slices may have been as wide as this: an end so far ahead is no sign of a clock set back.
    package let widest: Int

    package init(period: Int, slice: Int, widest: Int) {
        self.period = period
        self.slice = slice
        self.widest = widest
    }

    /// The end of the slice that a time lies in.
    func sliceEnd(at now: Int) -> Int { now - now % slice + slice }
}
