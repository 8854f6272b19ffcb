/// What becomes of a request that Redis did not decide.
///
/// It is asked only when there is no answer: Redis cannot be reached, is too slow, refuses, or answers nonsense. A denial
/// never reaches it, and what Redis says of the request itself, such as that its cost is above the limit or that something
/// else is under its key, is thrown whatever the policy.
///
/// Of several rules that apply, one that says ``fail`` comes first, then one that says ``deny``. Else those that say
/// ``local(share:)`` decide together, all or nothing, and those that say ``allow`` have no part in it. A rule that only
/// counts never refuses: ``deny`` is nothing to it.
public enum FailurePolicy: Sendable, Hashable {
    /// It goes on uncounted.
    case allow
    /// It is refused, with a wait of one second that is a guess.
    case deny
    /// It is decided over counts in this process alone, with this share of the limit, above 0 and at most 1.
    ///
    /// Rounded down: 0.25 of 10 are 2, of 3 they are none, which refuses. With four instances, 0.25 keeps what all of them
    /// admit by themselves at the limit; what Redis had counted before comes on top, so at most twice the limit passes.
    /// The counts begin with nothing, know nothing of what an operator has set in place of a limit, and are at most 100,000
    /// windows: what needs one more is refused until some have left. When Redis answers again, what they admitted and
    /// still counts is added to the shared counts, as far as it fits their limits, and counts there from then on. What
    /// Redis may have counted already is not added again.
    case local(share: Double)
    /// `acquire` throws the error.
    case fail

    /// What is wrong with its share, if anything.
    var complaint: String? {
        guard case .local(let share) = self, !(share > 0 && share <= 1) else { return nil }
        return "local with the share \(share); a share is above 0 and at most 1"
    }

    /// What a share of a limit is, rounded down.
    ///
    /// 0.29 of 100 are 29, though the product of the two numbers is a little less.
    static func units(_ share: Double, of limit: Int) -> Int {
        let product = Double(limit) * share
        let nearest = product.rounded()
        return Int(abs(nearest - product) <= product * 1e-12 ? nearest : product.rounded(.down))
    }
}

extension FailurePolicy: CustomStringConvertible {
    /// A bounded text, fit for a metric label: `allow`, `deny`, `local` or `fail`.
    public var description: String {
        switch self {
        case .allow: "allow"
        case .deny: "deny"
        case .local: "local"
        case .fail: "fail"
        }
    }
}
