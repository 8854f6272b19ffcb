public import HTTPTypes
public import Weir

extension HTTPResponse.Status {
    /// The status of a response to a request about which there is no decision, or no answer of a quota.
    ///
    /// A mistake of the service's own, or what a person has to mend, is 500: a descriptor that lacks a part, a cost above the
    /// limit, something else under a key. What the client has said wrong is 400: a site that is none, an operation id that
    /// was used for something else; 409 if another group holds it. Everything else is 503, which a client may try again:
    /// a Redis that cannot be asked, a task that was cancelled, a limiter that was shut down.
    ///
    /// - Parameter error: what the limiter or the keeper has thrown.
    public init(for error: WeirError) {
        switch error.code {
        case .invalidRule, .invalidDescriptor, .invalidCost, .invalidConfiguration, .invalidOverride, .invalidQuota,
            .invalidGrant, .neverPossible, .unreadableWindow, .unreadableOverride, .unreadableQuota:
            self = .internalServerError
        case .invalidSite, .invalidOperation: self = .badRequest
        case .conflict: self = .conflict
        default: self = .serviceUnavailable
        }
    }
}
