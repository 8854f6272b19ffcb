#if Hummingbird
import Weir

/// What one token got from one endpoint, instance by instance, and whether that is exact.
struct Tally: Sendable {
    let token: String
    let endpoint: Probe.Endpoint
    let limit: Limit
    private(set) var admittedBy: [String: Int] = [:]
    private(set) var refused = 0
    private(set) var failed = 0
    private var admissions: [Probe] = []
    private var refusals: [Probe] = []

    init(token: String, endpoint: Probe.Endpoint, limit: Limit) {
        self.token = token
        self.endpoint = endpoint
        self.limit = limit
    }

    var admitted: Int { admissions.count }

    mutating func add(_ probe: Probe, from instance: Instance) {
        if probe.isAdmitted {
            admittedBy[instance.name, default: 0] += 1
            admissions.append(probe)
        } else if probe.isRefused {
            refused += 1
            refusals.append(probe)
        } else {
            failed += 1
        }
    }

    mutating func addFailure() { failed += 1 }

    /// What is wrong with the count, or nil if it is exact.
    ///
    /// A decision was made somewhere between sending and answer, so each test allows for the whole of both spans.
    var fault: String? {
        if failed > 0 { return "\(failed) requests got no decision" }
        if refused == 0 { return "the limit was never reached" }
        // Too many: the first and the last of limit + 1 admissions lie within one window, however they are shifted.
        let bySending = admissions.sorted { $0.sent < $1.sent }
        for (index, first) in bySending.enumerated() where index + limit.count < bySending.count {
            let last = bySending[(index + limit.count)...].min { $0.answered < $1.answered }
            if let last, last.answered - first.sent < limit.window {
                return "more than \(limit.count) were admitted in one window"
            }
        }
        // Too few: a refusal although fewer than the limit can have been counted at the time.
        for refusal in refusals {
            let counted = admissions.count { $0.sent <= refusal.answered && $0.answered > refusal.sent - limit.window }
            if counted < limit.count { return "a request was refused while \(limit.count - counted) units were left" }
        }
        return nil
    }
}
#endif
