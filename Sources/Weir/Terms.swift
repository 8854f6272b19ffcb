/// What a window allows, in the integers that the script is given.
package struct Terms: Sendable, Hashable {
    /// Units in any window; nil counts and never refuses.
    package let limit: Int?
    /// The length of the window in microseconds.
    package let period: Int
    /// How many slices the window has if its limit is above `logLimit`.
    package let slices: Int

    /// Up to this limit a window is a log, exact to the millisecond.
    package static let logLimit = 128
    package static let limits = 1...(1 << 31)
    package static let periods = 1000...(366 * 86_400_000_000)
    package static let slices = 1...1024

    package init(limit: Int?, period: Int, slices: Int) {
        self.limit = limit
        self.period = period
        self.slices = slices
    }

    /// The resolution in microseconds: admissions of one slice leave together.
    package var slice: Int {
        if let limit, limit <= Self.logLimit { return 1000 }
        return (period + slices - 1) / slices
    }
}
