internal import StressHistory

/// Faults that stand so close in a plot that they are shown as one.
struct FaultBand {
    /// What a band is called.
    enum Naming {
        /// `3 pause`, where a table of faults has the numbers.
        case numbersAndKinds
        /// `pause`, where there is no table.
        case kinds
    }

    /// In the order in which they began.
    private(set) var faults: [NumberedFault]
    /// When the first of them began, in seconds.
    let start: Double
    /// From when until when there was one of them.
    private(set) var spans: [ClosedRange<Double>]
    /// When the last of them began.
    private var latest: Double

    /// `3 pause`, or `3–14` of several kinds; without numbers `pause`, or `12 faults`.
    func label(_ naming: Naming) -> String {
        let kinds = Set(faults.map(\.fault.kind))
        let kind = kinds.count == 1 ? kinds.first?.rawValue : nil
        return switch naming {
        case .numbersAndKinds: [numbers, kind].compactMap(\.self).joined(separator: " ")
        case .kinds: kind ?? "\(faults.count) faults"
        }
    }

    /// `3`, or `3–14`.
    var numbers: String {
        guard let first = faults.first, let last = faults.last else { return "" }
        return first.number == last.number ? "\(first.number)" : "\(first.number)–\(last.number)"
    }

    /// The faults of a run, those that began within so many seconds as one.
    static func all(of course: RunCourse, closerThan distance: Double) -> [FaultBand] {
        var bands: [FaultBand] = []
        for fault in course.faults {
            let start = min(max(course.second(of: fault.fault.from), 0), course.seconds)
            let span = start...min(max(course.second(of: fault.fault.until), start), course.seconds)
            if let last = bands.indices.last, start - bands[last].latest < distance {
                bands[last].add(fault, span, distance)
            } else {
                bands.append(FaultBand(faults: [fault], start: start, spans: [span], latest: start))
            }
        }
        return bands
    }

    private mutating func add(_ fault: NumberedFault, _ span: ClosedRange<Double>, _ distance: Double) {
        faults.append(fault)
        latest = span.lowerBound
        // A gap of a hair's breadth is not worth a shape of its own.
        guard let last = spans.last, span.lowerBound - last.upperBound < distance / 4 else { return spans.append(span) }
        spans[spans.count - 1] = last.lowerBound...max(last.upperBound, span.upperBound)
    }
}
