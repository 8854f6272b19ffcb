internal import StressHistory

/// What the decisions of one moment do to a window, whatever their order.
struct Change {
    private(set) var admitted = 0
    private(set) var returned = 0
    /// The highest limit that was told to an admission, or -1: whichever came last was told no more.
    private(set) var limit = -1
    /// The number of that admission, and the place of the window in it.
    private(set) var attempt = 0
    private(set) var place = 0
    /// The slices that the admissions count in.
    private var narrowest = Int.max
    private var widest = 0

    /// Whether the order decides which units count in which slice.
    var isMixed: Bool { narrowest < widest }

    mutating func add(_ attempt: Attempt, number: Int, place: Int, slice: Int) {
        returned += max(0, -attempt.cost)
        guard attempt.outcome == .allowed, attempt.cost > 0 else { return }
        admitted += attempt.cost
        narrowest = min(narrowest, slice)
        widest = max(widest, slice)
        // Without a limit there is nothing to hold the units against.
        let limit = attempt.windows[place].limit ?? .max
        guard limit > self.limit else { return }
        (self.limit, self.attempt, self.place) = (limit, number, place)
    }
}
