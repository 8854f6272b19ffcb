public import HTTPTypes
public import Weir

/// A request that was let through: where its client stands, and what it is charged in the end.
///
/// One that is never settled stays charged with what it has reserved.
public struct Passage: Sendable {
    /// What was decided when the request came; in ``RequestGate/Mode/shadow`` it may be a denial.
    ///
    /// Without a decision in the shadow, it is allowed by the source `policy`, and `usage.failure` says why.
    public let decision: Decision
    /// The fields for a response that is sent before the charge is settled; none in the shadow.
    public let fields: HTTPFields
    private let settlement: Settlement?

    init(_ decision: Decision, fields: HTTPFields, settlement: Settlement?) {
        self.decision = decision
        self.fields = fields
        self.settlement = settlement
    }

    /// Where the windows stood when the request was decided.
    public var usage: Usage { decision.usage }

    /// Whether the client has come near one of its limits, and should tell its user; `usage` says which.
    public var isNearLimit: Bool { usage.isNearLimit }

    /// Charges what the response is worth by ``Charging``, and says what to tell the client.
    ///
    /// Call it as soon as the status is known, before the body is sent. Only the first call changes anything; later ones
    /// wait for it and answer the same. It is done in a task of its own, so that a request whose client has gone away is
    /// settled too, and takes no longer than the limiter's deadline. What cannot be settled is logged, and leaves the
    /// charge and the fields as they were; so does an outcome that comes when the limiter has been given other rules, under
    /// which nothing was charged.
    ///
    /// - Parameters:
    ///   - status: that of the response; a request that failed without one counts as 500.
    ///   - cost: what the request has cost, if the service knows it; it takes the place of what ``Charging`` says.
    /// - Returns: the fields to send: where the client stands after it.
    public func settle(_ status: HTTPResponse.Status, cost: Int? = nil) async -> HTTPFields {
        await settlement?.fields(after: status, cost: cost) ?? fields
    }
}
