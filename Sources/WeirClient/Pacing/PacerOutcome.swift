internal import HTTPTypes
internal import WeirFields

/// How a request has ended, as far as it matters to a pacer.
enum PacerOutcome: Sendable {
    /// The server let it in, and told this.
    case admitted([LimitReport])
    /// The server refused it for a limit, or because it is overloaded; nobody is to ask again before so long.
    case refused([LimitReport], wait: Duration?)
    /// The server has failed, or the network: whether it was counted is not known.
    case failed
    /// It was answered from a cache on the way.
    case cached

    /// What a response says.
    ///
    /// - Parameters:
    ///   - response: the response.
    ///   - time: when it came, since the epoch.
    ///   - settings: what is taken for a refusal.
    init(_ response: PacedResponse, at time: Duration, settings: Pacer.Settings) {
        // "A client MUST ignore [the fields] on responses that came from a cache": draft-10, section 6. A refusal is one
        // all the same, and Retry-After is no such field.
        let isAged = response.fields[.age]?.contains { $0 != "0" && $0 != " " } ?? false
        let reading = RateLimitReading(response.fields, receivedAt: time)
        if isAged, settings.refusals.contains(response.status) {
            self = .refused([], wait: reading.retryAfter)
        } else if settings.refusals.contains(response.status) {
            let violated = reading.reports.filter { $0.remaining == 0 }.compactMap(\.reset).max()
            self = .refused(reading.reports, wait: reading.retryAfter ?? violated ?? reading.tightest?.reset)
        } else if response.status.code == 503, let wait = reading.retryAfter {
            self = .refused(isAged ? [] : reading.reports, wait: wait)
        } else if isAged {
            self = .cached
        } else if response.status.kind == .serverError, reading.reports.isEmpty {
            self = .failed
        } else {
            self = .admitted(reading.reports)
        }
    }
}
