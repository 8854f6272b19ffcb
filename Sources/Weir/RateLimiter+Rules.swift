internal import Logging

extension RateLimiter {
    // MARK: Rules that change while the limiter runs

    /// The rules by which the next request is decided.
    public var rules: [Rule] { ruleSet.rules }

    /// How often the rules have changed.
    package var rulesEdition: Int { ruleSet.edition }

    /// Gives back what was charged too much, or charges what was charged too little, as far as it fits.
    ///
    /// Under other rules than those that charged, nothing happens: windows that were never charged would be given back
    /// what others have used.
    ///
    /// - Parameters:
    ///   - descriptor: what the request was.
    ///   - units: how many more to charge; below zero, minus how many to give back.
    ///   - edition: the rules that charged, by ``rulesEdition``.
    /// - Returns: the usage after it; nil if the rules have changed.
    /// - Throws: ``WeirError`` if it is not known to have been done.
    package func settle(
        _ descriptor: Descriptor,
        by units: Int,
        edition: Int
    ) async throws(WeirError) -> Usage? {
        try checkCost(abs(units))
        let subject = try subject(of: descriptor)
        guard subject.edition == edition else { return nil }
        let request = DecisionRequest(subject, least: units < 0 ? units : 1, most: units)
        return try await observe(request, descriptor).usage
    }

    /// Decides all later requests by other rules; what has been used stays counted.
    ///
    /// All rules change at once, and a decision that is under way ends by those that it began with. After a lower limit a
    /// subject is refused until enough has left its window; a higher one holds at once. With 5 of 5 used, a limit of 8
    /// leaves 3. Other instances keep their rules until they are given the new ones: until then each refuses by its own
    /// limits over the same counts. A rule whose name was not there before starts at zero, and one that is left out leaves
    /// its counts to expire.
    ///
    /// - Parameter rules: 1 to 16 rules, in place of all that were there.
    /// - Returns: which counts start anew; that is logged as a warning as well, if any does.
    /// - Throws: ``WeirError`` that names the culprit if a rule, or the rules together, make no sense; then nothing has
    ///   changed.
    @discardableResult
    public func update(rules: [Rule]) throws(WeirError) -> RulesChange {
        let rules = try RuleSet(rules)
        let change = replaceRules(with: rules)
        guard !change.restarted.isEmpty else { return change }
        logger.warning(
            "counts start anew under the new rules",
            metadata: [
                "rules": "\(change.restarted.joined(separator: " "))",
                "owner": "\(rules.shared.rawValue)",
            ]
        )
        return change
    }
}
