import Testing
import Weir

@testable import WeirPolicy

/// What a new policy does to what is counted already.
@Suite struct PolicyChangeTests {
    private static let limit = Limit(5, per: .minute)

    private static func warnings(_ old: [Rule], _ new: [Rule]) -> [String] {
        PolicyChange(old: Policy(rules: old), new: Policy(rules: new)).warnings
    }

    @Test func otherLimitsWindowsAndSlicesKeepTheCounts() {
        let old = Rule("a", per: .token, .endpoint, limits: ["GET /a": Self.limit])
        let new = Rule(
            name: "a",
            scope: [.endpoint, .token],
            allowance: .limit(Limit(7, per: .hour)),
            slices: 7,
            whenUnavailable: .deny
        )
        #expect(Self.warnings([old], [new, Rule("b", per: .token, limit: Self.limit)]).isEmpty)
    }

    @Test func aRuleThatIsGoneOrCountsByOtherPartsIsTold() {
        let group = Rule("group", per: .group, limit: Self.limit)
        let old = [group, Rule("a", per: .group, .user, limit: Self.limit), Rule("b", per: .group, limit: Self.limit)]
        let new = [group, Rule("a", per: .group, .token, limit: Self.limit)]
        #expect(
            Self.warnings(old, new) == [
                "rule 'a' starts at zero: it counts by group and token now",
                "rule 'b' is gone, and what it counted with it; under another name it starts at zero",
            ]
        )
    }

    @Test func anotherPlaceForAllCountsIsTold() {
        let token = Rule("token", per: .token, limit: Self.limit)
        let group = Rule("group", per: .group, limit: Self.limit)
        #expect(
            Self.warnings([token], [token, group]) == [
                "every count starts at zero: they are kept under the group now, and were under the token"
            ]
        )
    }

    @Test func anotherRuleForProductionGrantsIsTold() {
        let rules = [Rule("group", per: .group, limit: Self.limit), Rule("calls", per: .group, limit: Self.limit)]
        let change = PolicyChange(old: Policy(rules: rules), new: Policy(rules: rules, callsRule: "calls"))
        #expect(
            change.warnings == [
                "production grants that were made raise the rule 'group'; grant them again to raise 'calls'"
            ]
        )
    }
}
