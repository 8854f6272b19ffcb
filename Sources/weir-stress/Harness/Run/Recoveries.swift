internal import LocalServers
internal import StressHistory

/// How long after the end of each fault there were still errors, and when there was service again after a promotion.
struct Recoveries {
    /// What is seen of one fault, from its beginning to that of the next.
    private struct Course {
        let fault: Fault
        /// The slots that it concerns; nil for all.
        let slots: SlotRanges?
        /// When the last caller was told of an error.
        var lastError: Int?
        /// When the first caller was told what the promoted server had decided.
        var firstDecision: Int?

        init(_ fault: Fault) {
            self.fault = fault
            slots = fault.slots.flatMap { SlotRanges($0) }
        }
    }

    /// In the order in which they began.
    private var courses: [Course]
    /// The hash slot of each window.
    private let slots: [Int]

    /// - Parameters:
    ///   - faults: those of the run.
    ///   - slots: the hash slot of each window, by its number.
    init(_ faults: [Fault], slots: [Int]) {
        courses = faults.sorted { $0.from < $1.from }.map { Course($0) }
        self.slots = slots
    }

    mutating func add(_ attempt: Attempt) {
        guard let place = place(of: attempt.done) else { return }
        switch attempt.outcome {
        case .unknown, .failed: courses[place].lastError = max(courses[place].lastError ?? 0, attempt.done)
        case .allowed, .denied: noteService(attempt, after: place)
        }
    }

    /// The latest fault that had begun by then.
    private func place(of time: Int) -> Int? {
        var (low, high) = (0, courses.count)
        while low < high {
            let middle = (low + high) / 2
            if courses[middle].fault.from <= time { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    private mutating func noteService(_ attempt: Attempt, after place: Int) {
        guard let promoted = courses[place].fault.promoted, attempt.source == .redis, attempt.done >= promoted,
            attempt.done < courses[place].firstDecision ?? .max
        else { return }
        if let slots = courses[place].slots {
            // All windows of an attempt are in one slot.
            guard let window = attempt.windows.first?.window, slots.contains(self.slots[window]) else { return }
        }
        courses[place].firstDecision = attempt.done
    }

    /// Each fault with the microseconds from its end to the last error; zero if there was none after it.
    var all: [(fault: Fault, recovery: Int, service: RunSummary.Service?)] {
        courses.map { course in
            let recovery = max(0, (course.lastError ?? course.fault.until) - course.fault.until)
            return (course.fault, recovery, service(course))
        }
    }

    private func service(_ course: Course) -> RunSummary.Service? {
        guard let promoted = course.fault.promoted else { return nil }
        return RunSummary.Service(
            promotion: promoted - course.fault.from,
            firstDecision: course.firstDecision.map { $0 - promoted },
            lastError: course.lastError.map { max(0, $0 - promoted) }
        )
    }
}
