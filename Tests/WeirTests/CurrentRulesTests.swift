import TestSupport
import Testing

@testable import Weir

/// The rules of a limiter and the subjects that it keeps, without a limiter.
@Suite struct CurrentRulesTests {
    private static let keys = KeyScheme(prefix: "weir", secret: [1])
    private static let anna = Descriptor(token: "anna")

    private func rules(_ limit: Int) throws -> RuleSet {
        try RuleSet([Rule("token", per: .token, limit: Limit(limit, per: .hour))])
    }

    /// The limit under which the next decision would be made; nil if the subject would have to be made.
    private func knownLimit(_ current: inout CurrentRules) -> Int? {
        guard case .known(let subject) = current.subject(of: Self.anna) else { return nil }
        return subject.windows[0].terms.limit
    }

    @Test func aSubjectThatWasBeingMadeWhenTheRulesChangedIsNotKept() throws {
        var current = CurrentRules(try rules(5))
        let late = try current.rules.subject(of: Self.anna, keys: Self.keys)
        _ = current.replace(with: try rules(9))
        current.keep(late, for: Self.anna)
        #expect(knownLimit(&current) == nil)
        current.keep(try current.rules.subject(of: Self.anna, keys: Self.keys), for: Self.anna)
        #expect(knownLimit(&current) == 9)
    }

    @Test func aChangeForgetsAllSubjectsAndTheSameRulesAgainAreOthers() throws {
        var current = CurrentRules(try rules(5))
        let first = try current.rules.subject(of: Self.anna, keys: Self.keys)
        current.keep(first, for: Self.anna)
        #expect(knownLimit(&current) == 5)
        _ = current.replace(with: try rules(5))
        #expect(knownLimit(&current) == nil)
        let second = try current.rules.subject(of: Self.anna, keys: Self.keys)
        #expect(second == first && second.edition != first.edition)
    }

    @Test func whatIsCountedWithoutRedisIsToldUnderTheRulesOfItsTime() throws {
        var current = CurrentRules(try rules(5))
        _ = current.replace(with: try rules(9))
        let subject = try current.rules.subject(of: Self.anna, keys: Self.keys)
        let local = LocalRequest(DecisionRequest(subject, least: 1, most: 1), shares: [0.5])
        #expect(local.request.subject.edition == 1 && local.shared.map(\.edition) == [1])
    }
}
