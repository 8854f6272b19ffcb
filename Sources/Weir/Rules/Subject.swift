package import Hiredis

/// What a descriptor means under the rules of a limiter: worked out once, and used for every decision about it.
package final class Subject: Sendable {
    /// The rules that apply.
    let applied: AppliedRules
    /// The window of each.
    let windows: [Window]
    /// The key of what operators have set for the owner of all of them.
    let limits: HashedKey?
    /// Where the keys are in a cluster: they all have the owner's name between their braces.
    package let slot: HashSlot
    /// How often the limiter's rules had changed when it was made.
    let edition: Int
    /// Of the windows' keys, each of which has been hashed already.
    private let hash: KnownHash

    init(_ applied: AppliedRules, windows: [Window], limits: HashedKey?, slot: HashSlot, edition: Int) {
        self.applied = applied
        self.windows = windows
        self.limits = limits
        self.slot = slot
        self.edition = edition
        hash = KnownHash { hasher in
            for window in windows { hasher.combine(window.hashedKey) }
        }
    }

    /// Windows whose rules do not matter.
    convenience init(windows: [Window], limits: HashedKey?, edition: Int = 0) {
        let applied = AppliedRules([], counters: [], shape: WindowShape(windows))
        let slot = HashSlot(of: windows.first?.key ?? limits?.bytes ?? [])
        self.init(applied, windows: windows, limits: limits, slot: slot, edition: edition)
    }

    var rules: [Rule] { applied.rules }
    var counters: [RuleCounters] { applied.counters }
    var shape: WindowShape { applied.shape }
}

/// Subjects are the same if their windows are, whatever their rules are called.
extension Subject: Hashable {
    package static func == (left: Subject, right: Subject) -> Bool {
        left === right
            || left.hash == right.hash && left.windows == right.windows && left.limits == right.limits
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    package func _rawHashValue(seed: Int) -> Int { hash.underSeed(seed) }
}
