internal import StressHistory

/// Whether the limits that decisions tell can be those that were set: the checker itself has to believe them.
struct ToldLimits {
    private let workload: Workload
    private let overridden: Set<Int>
    private var impossible: (window: Int, limit: Int?)?
    /// The windows that told of a limit that was not their rule's.
    private var changed: Set<Int> = []

    init(_ workload: Workload) {
        self.workload = workload
        overridden = Set(workload.overridden.map { $0.windows[0].window })
    }

    mutating func add(_ attempt: Attempt) {
        guard attempt.source == .redis else { return }
        for fact in attempt.windows {
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
        for group in workload.limitedFromTheStart where !changed.contains(group.windows[0].window) {
            let name = workload.names[group.windows[0].window]
            complaints.append("the limit that was set for \(name.rule) of \(name.subject) was never told")
        }
        return complaints
    }
}
