/// In what form the body of a refusal says why.
///
/// `Reason` is what was refused: a `Denial`, a `CreationUsage` or a `SiteUsage`.
public struct RefusalForm<Reason: Sendable>: Sendable {
    enum Kind: Sendable {
        case json
        case problem
        case custom(@Sendable (Reason) -> RefusalResponse)
    }

    let kind: Kind

    /// Weir's own object: `{"code":"rateLimitReached","limit":5,"message":"…","retryAfter":43,"rule":"endpoint"}`.
    public static var json: RefusalForm { RefusalForm(kind: .json) }

    /// Problem details, as `application/problem+json`.
    ///
    /// `type`, `title`, `status` and `detail` are those of RFC 9457, `violated-policies` has the names of the rules that
    /// refused, and `code`, `limit` and `retryAfter`, in seconds, are Weir's own. The type is
    /// `https://iana.org/assignments/http-problem-types#quota-exceeded`; where the rules refuse because Redis does not
    /// decide, it ends in `#temporary-reduced-capacity`.
    ///
    /// Source: RFC 9457, section 3.1; draft-ietf-httpapi-ratelimit-headers-10, section "Problem Types".
    public static var problem: RefusalForm { RefusalForm(kind: .problem) }

    /// The service's own error body.
    ///
    /// The closure says status and body alone; the status of a ``Refusal`` is not used then. It is called once for each
    /// request that is refused.
    ///
    /// ```swift
    /// let form = RefusalForm<CreationUsage>.custom { _ in
    ///     RefusalResponse(.forbidden, body: #"{"code":"objectCreationQuotaReached"}"#)
    /// }
    /// ```
    public static func custom(_ response: @escaping @Sendable (Reason) -> RefusalResponse) -> RefusalForm {
        RefusalForm(kind: .custom(response))
    }
}
