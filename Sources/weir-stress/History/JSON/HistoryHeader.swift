/// What the first line of a history says of the whole, beside its attempt.
struct HistoryHeader: Sendable, Hashable {
    enum Field: String, CaseIterable {
        case version, attempts, seed, faults
    }

    enum FaultField: String, CaseIterable {
        case kind, from, until, process, slots, promoted
    }

    static let version = 1

    /// How many attempts the history holds: one with fewer was cut.
    var attempts: Int
    /// What the run was made from.
    var seed: UInt64
    /// What disturbed it.
    var faults: [Fault]
}

extension HistoryHeader {
    /// Reads the object that stands in the line.
    init(_ scanner: inout JSONScanner) throws(LineProblem) {
        let fields = FieldTable(required: Field.allCases)
        var seen = FieldTable<Field>.Seen()
        self.init(attempts: 0, seed: 0, faults: [])
        try scanner.expect("{")
        repeat {
            switch try fields.next(&scanner, &seen) {
            case .version:
                let version = try scanner.integer(HistoryBounds.operations, for: "version")
                guard version == Self.version else {
                    throw scanner.problem("the history has version \(version): this program reads \(Self.version)")
                }
            case .attempts: attempts = try scanner.integer(1...HistoryBounds.operations.upperBound, for: "attempts")
            case .seed: seed = try scanner.unsigned(for: "seed")
            case .faults:
                try scanner.expect("[")
                if scanner.take("]") { continue }
                repeat { faults.append(try Fault(&scanner)) } while scanner.take(",")
                try scanner.expect("]")
            }
        } while try fields.isFollowed(&scanner, seen)
    }
}

extension Fault {
    fileprivate init(_ scanner: inout JSONScanner) throws(LineProblem) {
        let fields = FieldTable<HistoryHeader.FaultField>(required: [.kind, .from, .until])
        var seen = FieldTable<HistoryHeader.FaultField>.Seen()
        self.init(kind: .stop, from: 0, until: 0)
        try scanner.expect("{")
        repeat {
            switch try fields.next(&scanner, &seen) {
            case .kind: kind = try scanner.word(of: WordTable(Kind.self), for: "kind")
            case .from: from = try scanner.integer(HistoryBounds.times, for: "from")
            case .until: until = try scanner.integer(HistoryBounds.times, for: "until")
            case .process: process = try scanner.integer(HistoryBounds.processes, for: "process")
            case .slots: slots = try scanner.string(for: "slots").decoded()
            case .promoted: promoted = try scanner.integer(HistoryBounds.times, for: "promoted")
            }
        } while try fields.isFollowed(&scanner, seen)
        if let contradiction { throw scanner.problem(contradiction) }
    }

    /// What of it cannot be so; nil if it may stand in a history.
    var contradiction: String? {
        if !HistoryBounds.times.contains(from) { return outOfBounds("from", HistoryBounds.times) }
        if !HistoryBounds.times.contains(until) { return outOfBounds("until", HistoryBounds.times) }
        if until < from { return "\"until\" is before \"from\": a fault ends no earlier than it began" }
        if let process, !HistoryBounds.processes.contains(process) {
            return outOfBounds("process", HistoryBounds.processes)
        }
        if let promoted, !(from...until).contains(promoted) {
            return "\"promoted\" is not between \"from\" and \"until\": a failover lasts beyond the promotion"
        }
        if let slots, !Self.areSlots(slots) {
            return "\"slots\" is to be slots from 0 to \(HistoryBounds.slots.upperBound), such as 0-5460 5470"
        }
        return nil
    }

    /// Whether a text is made of slots and of ranges of them, from the lowest to the highest.
    private static func areSlots(_ text: String) -> Bool {
        var last = -1
        return text.split(separator: " ", omittingEmptySubsequences: false).allSatisfy { word in
            let ends = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends[0], let end = ends[ends.count - 1], last < first, first <= end,
                HistoryBounds.slots.contains(first), HistoryBounds.slots.contains(end)
            else { return false }
            last = end
            return true
        }
    }
}
