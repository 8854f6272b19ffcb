/// What a descriptor means under the rules of a limiter: worked out once, and used for every decision about it.
package final class Subject: Sendable {
    /// The rules that apply, in their order.
    let rules: [Rule]
    /// Where decisions under each are counted; none if nobody counts.
    let counters: [RuleCounters]
    /// The window of each.
    let windows: [Window]
    /// The key of what operators have set for the owner of all of them.
    let limits: HashedKey?
    /// How often the limiter's rules had changed when it was made.
    let edition: Int
    /// A hash of the windows' keys, for each has been hashed already.
    private let keysHash: Int

    init(
        rules: [Rule] = [],
        counters: [RuleCounters] = [],
        windows: [Window],
        limits: HashedKey?,
        edition: Int = 0
    ) {
        self.rules = rules
        self.edition = edition
        self.counters = counters
        self.windows = windows
        self.limits = limits
        var hasher = Hasher()
        for window in windows { hasher.combine(window.hashedKey) }
        keysHash = hasher.finalize()
    }
}

/// Subjects are the same if their windows are, whatever their rules are called.
extension Subject: Hashable {
    package static func == (left: Subject, right: Subject) -> Bool {
        left === right || left.windows == right.windows && left.limits == right.limits
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(keysHash) }
}
