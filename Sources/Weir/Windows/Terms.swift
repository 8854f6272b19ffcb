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
    /// Where what only counts stops counting, and growth stops.
    package static let ceiling = 1 << 48 - 1
    package static let limits = 1...(1 << 31)
    package static let periods = 1000...(366 * 86_400_000_000)
    package static let slices = 1...1024

    package init(limit: Int?, period: Int, slices: Int) {
        self.limit = limit
        self.period = period
        self.slices = slices
    }

    /// The length of the window, and its resolution: admissions of one slice leave together.
    package var pace: Pace {
        let isLog = limit.map { $0 <= Self.logLimit } ?? false
        let share = (period + slices - 1) / slices
        return Pace(period: period, slice: isLog ? 1000 : share, widest: isLog ? max(1000, share) : share)
    }

    /// As the script is told them.
    package var numbers: [Int] { [limit ?? -1, period, slices] }

    /// The same with another limit.
    package func with(limit: Int?) -> Terms { Terms(limit: limit, period: period, slices: slices) }
}
