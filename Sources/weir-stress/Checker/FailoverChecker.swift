package import StressHistory

/// Checks a history in which primaries may have been killed, and their replicas took their places.
///
/// What the killed primary had acknowledged in its last moments may be lost, but only as a replica can lose it: the end of
/// the primary's stream of commands, the same for all of its keys. So all that follows has to be explained by one cut. If one
/// explains it, everything is checked from there on as if the rest had never been, and ``Findings/losses`` tells how much that
/// was. If none does, there are violations. Without a failover it is a ``Checker`` and nothing else.
///
/// For that, the attempts before a kill are kept as far back as ``Failover/reach``, and those after it until the windows have
/// shown what was lost: about 50 bytes each, a million at most.
package struct FailoverChecker {
    /// More attempts than this are not held back after a promotion.
    private static let mostHeld = 1 << 20

    private var checker: Checker
    /// Those that may have lost something which was not found yet, in their order.
    private var failovers: [Failover] = []
    /// What came after the kill of the first of them.
    private var held = AttemptLog()
    private var isHolding = false
    /// The slot of each window, -1 where nobody knows; nothing if no failover asks for it.
    private var slots: [Int] = []

    /// - Parameters:
    ///   - names: the windows of the history, all of them.
    ///   - faults: the disturbances that are known of.
    ///   - watching: the windows of which to keep how full they were.
    ///   - bucket: how many microseconds of that make one sample.
    package init(names: WindowNames, faults: [Fault] = [], watching: Set<Int> = [], bucket: Int = 100_000) {
        checker = Checker(names: names, faults: faults, watching: watching, bucket: bucket)
        let faults = faults.filter { $0.kind == .failover }.sorted { $0.from < $1.from }
        if faults.contains(where: { $0.slots != nil }) {
            slots = names.all.indices.map { names.key(of: $0).map(KeySlot.slot) ?? -1 }
            if let window = slots.firstIndex(of: -1) {
                checker.report(.form, of: window, "it has no key, so nobody knows which failovers it was hit by", [])
            }
        }
        for fault in faults {
            guard let text = fault.slots else {
                failovers.append(Failover(fault, isAffected: nil))
                continue
            }
            guard let affected = SlotSet(text) else {
                checker.report(.form, "the slots of a failover are told as \"\(text.prefix(40))\"", [])
                continue
            }
            failovers.append(Failover(fault, isAffected: slots.map { $0 >= 0 && affected.contains($0) }))
        }
    }

    /// Takes in the next attempt of the history, in the order of ``Attempt/isBefore(_:_:)``.
    package mutating func check(_ attempt: Attempt) {
        guard !failovers.isEmpty, Form.problem(of: attempt, windows: checker.accounts.count) == nil else {
            return checker.check(attempt)
        }
        if !slots.isEmpty, let first = attempt.windows.first,
            let other = attempt.windows.first(where: { slots[$0.window] != slots[first.window] })
        {
            let message = "it is in another slot than window \(first.window), and one decision has one slot"
            checker.report(.form, of: other.window, message, [attempt])
        }
        take(attempt)
    }

    /// Ends the history.
    package mutating func finish() -> Findings {
        while !failovers.isEmpty { resolve() }
        return checker.finish()
    }

    private mutating func take(_ attempt: Attempt) {
        while isHolding, isShown(by: attempt.moment) { resolve() }
        if let first = failovers.first, isHolding || attempt.moment > first.fault.from {
            isHolding = true
            held.append(attempt)
            if Checker.isDecided(attempt), first.affects(attempt) { failovers[0].hear(attempt) }
        } else {
            pass(attempt)
        }
    }

    /// Whether nothing more is to be held back for the first failover.
    private func isShown(by time: Int) -> Bool {
        guard let first = failovers.first else { return true }
        if time > first.lookUntil || failovers.count > 1 && time > failovers[1].fault.from { return true }
        return held.count >= Self.mostHeld && first.isPromoted(by: time)
    }

    /// Checks an attempt, and keeps it for the failovers that are soon to come.
    private mutating func pass(_ attempt: Attempt) {
        for place in failovers.indices {
            if failovers[place].base == nil {
                guard attempt.moment >= failovers[place].fault.from - Failover.reach else { continue }
                checker.settleMoment()
                failovers[place].begin(at: checker)
            }
            if failovers[place].affects(attempt) { failovers[place].add(attempt) }
        }
        checker.check(attempt)
    }

    /// Finds what the first failover lost, and goes on from there with what was held back.
    private mutating func resolve() {
        // What the primary decided before it was dead is checked against what it had; it is still the first of all.
        let last = failovers[0].lastDecision
        let waiting = held
        (held, isHolding) = (AttemptLog(), false)
        waiting.forEach { if $0.moment <= last { pass($0) } }
        checker.settleMoment()
        let failover = failovers.removeFirst()
        var after = AttemptLog()
        waiting.forEach { if $0.moment > last, failover.affects($0) { after.append($0) } }
        cut(failover, before: after)
        waiting.forEach { if $0.moment > last { take($0) } }
    }

    private mutating func cut(_ failover: Failover, before after: AttemptLog) {
        let base = failover.base ?? checker.silent()
        let cuts = CutSearch(failover, since: base, after: after).run()
        let outcome = CutOutcome(cuts, of: failover, since: base)
        let loss = Loss(
            fault: failover.fault,
            isExplained: cuts.isExplained,
            least: outcome.least,
            most: outcome.most
        )
        checker.findings.losses.append(loss)
        checker.goBack(to: outcome, cut: cuts.latest, at: failover.lastDecision)
        // What others keep of these windows is not what they are any more.
        for place in failovers.indices where failovers[place].base != nil {
            if outcome.changes.keys.contains(where: { failovers[place].affects($0) }) {
                failovers[place].begin(at: checker)
            }
        }
    }
}
