/// What the order of an attempt depends on, without the rest of it: the order is that of ``Attempt/isBefore(_:_:)``.
struct SortKey {
    private let moment: Int
    private let place: Int
    private let process: Int
    private let operation: Int

    init(_ attempt: Attempt) {
        moment = attempt.moment
        place = attempt.place ?? 0
        process = attempt.process
        operation = attempt.operation
    }

    func isBefore(_ other: SortKey) -> Bool {
        if moment != other.moment { return moment < other.moment }
        return (place, process, operation) < (other.place, other.process, other.operation)
    }
}
