internal import StressHistory

/// What was acknowledged of one window between two cuts.
struct CutChanges {
    private(set) var admitted = 0
    private(set) var returned = 0

    var isAny: Bool { admitted > 0 || returned > 0 }

    mutating func add(_ attempt: Attempt) {
        admitted += max(0, attempt.cost)
        returned += max(0, -attempt.cost)
    }
}
