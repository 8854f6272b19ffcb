/// How full a window was during a short time.
package struct OccupancySample: Sendable, Hashable {
    /// When that time began, in microseconds since the epoch.
    package let time: Int
    /// The most units that any trailing window which ends in it had admitted, by their exact times.
    package var units: Int
    /// The limit in force when the units were counted; nil if the window had none.
    package var limit: Int?

    package init(time: Int, units: Int, limit: Int?) {
        self.time = time
        self.units = units
        self.limit = limit
    }
}
