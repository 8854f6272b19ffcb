/// The kinds of problem that a refusal may be.
///
/// Source: draft-ietf-httpapi-ratelimit-headers-10, section "Problem Types".
enum ProblemType {
    /// A limit or a quota was reached.
    case quotaExceeded
    /// Nobody can say now whether it was.
    case temporaryReducedCapacity

    /// The URI that identifies it.
    var uri: String {
        let registry = "https://iana.org/assignments/http-problem-types"
        return switch self {
        case .quotaExceeded: "\(registry)#quota-exceeded"
        case .temporaryReducedCapacity: "\(registry)#temporary-reduced-capacity"
        }
    }

    /// The same for every problem of the type, as RFC 9457 asks; what differs is in the detail.
    var title: String {
        switch self {
        case .quotaExceeded: "Request cannot be satisfied as assigned quota has been exceeded"
        case .temporaryReducedCapacity: "Request cannot be satisfied due to temporary server capacity constraints"
        }
    }
}
