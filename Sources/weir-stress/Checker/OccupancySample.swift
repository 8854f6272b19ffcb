/// How full a window was during a short time.
package struct OccupancySample: Sendable, Hashable {
    /// When that time began, in microseconds since the epoch.
    package let time: Int
    /// The most units that any trailing window which ends in it had admitted, by their exact times.
    package var units: Int
    /// The limit in force when the units were counted; nil if the window had none.
    package var limit: Int?
    /// By how many units an admission went beyond the limit, at the most; zero if none did.
    package var overshoot: Int

    package init(time: Int, units: Int, limit: Int?, overshoot: Int = 0) {
        self.time = time
        self.units = units
        self.limit = limit
        self.overshoot = overshoot
    }
}
