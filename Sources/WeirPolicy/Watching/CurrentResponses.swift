internal import Synchronization
public import Weir
public import WeirHTTP

/// The fields and refusals of the policy in force, for a middleware that asks at each response.
public final class CurrentResponses: Sendable {
    private struct Answers {
        var fields: RateLimitFields
        var refusals: Refusals
        var creations: Refusal
        var sites: Refusal
        var form: Policy.Responses.Form

        init(_ responses: Policy.Responses) throws(WeirError) {
            fields = try responses.fields()
            refusals = responses.allRefusals
            creations = responses.creations
            sites = responses.sites
            form = responses.form
        }
    }

    private let answers: Mutex<Answers>

    /// The responses of a policy.
    ///
    /// - Parameter policy: the policy.
    /// - Throws: `WeirError` of `invalidConfiguration` if its dialects exclude each other, or its jitter is too long.
    public init(_ policy: Policy) throws(WeirError) { answers = Mutex(try Answers(policy.responses)) }

    /// Answers as another policy says from now on.
    ///
    /// - Parameter policy: the policy.
    /// - Throws: `WeirError` as for a new one; then nothing is changed.
    public func update(to policy: Policy) throws(WeirError) {
        let next = try Answers(policy.responses)
        answers.withLock { $0 = next }
    }

    /// The header fields.
    public var fields: RateLimitFields { answers.withLock { $0.fields } }
    /// The refusals of rules.
    public var refusals: Refusals { answers.withLock { $0.refusals } }
    /// What a user is told who may create no more objects.
    public var creations: Refusal { answers.withLock { $0.creations } }
    /// What a group is told that may register no more sites.
    public var sites: Refusal { answers.withLock { $0.sites } }
    /// The response to a user who may create no more objects.
    ///
    /// - Parameter usage: what the creation answered.
    /// - Returns: the response, in the form of the policy.
    public func response(exhausted usage: CreationUsage) -> RefusalResponse {
        let answers = answers.withLock { $0 }
        return RefusalResponse(
            exhausted: usage,
            refusal: answers.creations,
            form: answers.form == .problem ? .problem : .json
        )
    }

    /// The response to a group that may register no more sites.
    ///
    /// - Parameter usage: what the registration answered.
    /// - Returns: the response, in the form of the policy.
    public func response(refused usage: SiteUsage) -> RefusalResponse {
        let answers = answers.withLock { $0 }
        return RefusalResponse(
            refused: usage,
            refusal: answers.sites,
            form: answers.form == .problem ? .problem : .json
        )
    }

    /// The form of a refusal's body; ``refusals`` have it already.
    public var form: Policy.Responses.Form { answers.withLock { $0.form } }
}
