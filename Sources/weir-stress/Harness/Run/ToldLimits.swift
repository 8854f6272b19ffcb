internal import StressHistory

/// Whether the limits that decisions tell can be those that were set: the checker itself has to believe them.
struct ToldLimits {
    private let workload: Workload
    private let overridden: Set<Int>
    private var impossible: (window: Int, limit: Int?)?
    /// The windows that told of a limit that was not their rule's.
    private var changed: Set<Int> = []
    /// How often those with a limit from the start told of any.
    private var told: [Int: Int]

    /// Asked so often, a window has been asked while the limit from the start was in force.
    private static let often = 1000

    init(_ workload: Workload) {
        self.workload = workload
        overridden = Set(workload.overridden.map { $0.windows[0].window })
        told = Dictionary(uniqueKeysWithValues: workload.limitedFromTheStart.map { ($0.windows[0].window, 0) })
    }

    mutating func add(_ attempt: Attempt) {
        guard attempt.source == .redis else { return }
        for fact in attempt.windows {
            told[fact.window]? += 1
            let own = workload.template(of: fact.window).limit
            guard fact.limit != own else { continue }
            if let limit = fact.limit, overridden.contains(fact.window), LimitChanger.limits.contains(limit) {
                changed.insert(fact.window)
            } else if impossible == nil {
                impossible = (fact.window, fact.limit)
            }
        }
    }

    var complaints: [String] {
        var complaints: [String] = []
        if let (window, limit) = impossible {
            let (name, limit) = (workload.names[window], limit.map(String.init) ?? "none")
            complaints.append("\(name.rule) of \(name.subject) was told the limit \(limit), which nobody has set")
        }
        for (window, count) in told.sorted(by: { $0.key < $1.key })
        where count >= Self.often && !changed.contains(window) {
            let name = workload.names[window]
            complaints.append("the limit that was set for \(name.rule) of \(name.subject) was never told")
        }
        return complaints
    }
}
