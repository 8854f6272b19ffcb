internal import Synchronization
public import Weir
public import WeirHTTP

/// The fields and refusals of the policy in force, for a middleware that asks at each response.
///
/// A service that has an error body of its own gives it here, and keeps it when the policy changes:
///
/// ```swift
/// try CurrentResponses(
///     policy,
///     creations: .custom { usage in RefusalResponse(.forbidden, body: #"{"error":"objectCreationQuotaReached"}"#) }
/// )
/// ```
public final class CurrentResponses: Sendable {
    private struct Answers {
        var responses: Policy.Responses
        var fields: RateLimitFields
        var refusals: Refusals

        init(_ responses: Policy.Responses, denial: RefusalForm<Denial>?) throws(WeirError) {
            self.responses = responses
            fields = try responses.fields()
            refusals = responses.allRefusals(in: denial)
        }
    }

    private let answers: Mutex<Answers>
    private let denial: RefusalForm<Denial>?
    private let creations: RefusalForm<CreationUsage>?
    private let sites: RefusalForm<SiteUsage>?

    /// The responses of a policy.
    ///
    /// - Parameters:
    ///   - policy: the policy.
    ///   - denial: in what form a refusal by rules is told; nil, which is the default, for the form of the policy in force.
    ///   - creations: in what form a user is told who may create no more objects; nil for that of the policy in force.
    ///   - sites: in what form a group is told that may register no more sites; nil for that of the policy in force.
    /// - Throws: `WeirError` of `invalidConfiguration` if its dialects exclude each other, or its jitter is too long.
    public init(
        _ policy: Policy,
        denial: RefusalForm<Denial>? = nil,
        creations: RefusalForm<CreationUsage>? = nil,
        sites: RefusalForm<SiteUsage>? = nil
    ) throws(WeirError) {
        answers = Mutex(try Answers(policy.responses, denial: denial))
        self.denial = denial
        self.creations = creations
        self.sites = sites
    }

    /// Answers as another policy says from now on; forms of the service's own stay.
    ///
    /// - Parameter policy: the policy.
    /// - Throws: `WeirError` as for a new one; then nothing is changed.
    public func update(to policy: Policy) throws(WeirError) {
        let next = try Answers(policy.responses, denial: denial)
        answers.withLock { $0 = next }
    }

    /// The header fields.
    public var fields: RateLimitFields { answers.withLock { $0.fields } }
    /// The refusals of rules.
    public var refusals: Refusals { answers.withLock { $0.refusals } }

    /// The response to a user who may create no more objects.
    ///
    /// - Parameter usage: what the creation answered.
    /// - Returns: the response, in the service's own form or that of the policy.
    public func response(exhausted usage: CreationUsage) -> RefusalResponse {
        let responses = answers.withLock { $0.responses }
        return RefusalResponse(
            exhausted: usage,
            refusal: responses.creations,
            form: creations ?? responses.form.refusalForm()
        )
    }

    /// The response to a group that may register no more sites.
    ///
    /// - Parameter usage: what the registration answered.
    /// - Returns: the response, in the service's own form or that of the policy.
    public func response(refused usage: SiteUsage) -> RefusalResponse {
        let responses = answers.withLock { $0.responses }
        return RefusalResponse(refused: usage, refusal: responses.sites, form: sites ?? responses.form.refusalForm())
    }
}
