public import HTTPTypes
internal import WeirFields

/// A response that is kept.
public struct CachedResponse: Sendable, Hashable {
    /// The status and the fields; with `Age`, when it is given out.
    public internal(set) var response: HTTPResponse
    /// The body.
    public let body: [UInt8]

    /// How many seconds it was old when it came, or was last found unchanged.
    var initialAge: Duration
    /// When that was, since the epoch.
    var receivedAt: Duration

    /// - Parameters:
    ///   - response: the response.
    ///   - body: its body.
    ///   - requestedAt: when it was asked for, since the epoch.
    ///   - receivedAt: when it came.
    init(_ response: HTTPResponse, body: [UInt8], requestedAt: Duration, receivedAt: Duration) {
        self.response = response
        self.body = body
        self.receivedAt = receivedAt
        initialAge = Self.initialAge(of: response, requestedAt: requestedAt, receivedAt: receivedAt)
    }

    /// Source: RFC 9111, section 4.2.3.
    private static func initialAge(of response: HTTPResponse, requestedAt: Duration, receivedAt: Duration) -> Duration {
        let date = response.headerFields[.date].flatMap { DateText.http($0, near: receivedAt) }
        let apparent = max(.zero, receivedAt - (date ?? receivedAt))
        let told = response.headerFields[.age].flatMap { Int($0.trimmingBlanks) } ?? 0
        return max(apparent, .seconds(min(max(told, 0), 2_147_483_648)) + max(.zero, receivedAt - requestedAt))
    }

    func age(at now: Duration) -> Duration { initialAge + max(.zero, now - receivedAt) }

    /// For how long it is fresh: `max-age`, else `Expires` less `Date`, else not at all, since nothing is guessed.
    var freshness: Duration {
        let control = CacheControl(response.headerFields)
        if control.noCache { return .zero }
        if let maxAge = control.maxAge { return maxAge }
        let fields = response.headerFields
        guard let expires = fields[.expires].flatMap({ DateText.http($0, near: receivedAt) }) else { return .zero }
        let date = fields[.date].flatMap { DateText.http($0, near: receivedAt) } ?? receivedAt
        return max(.zero, expires - date)
    }

    /// Whether it may be asked for again with a condition.
    var hasValidator: Bool { response.headerFields[.eTag] != nil || response.headerFields[.lastModified] != nil }

    /// Takes over what a 304 says.
    mutating func refresh(with response: HTTPResponse, requestedAt: Duration, receivedAt: Duration) {
        for name in Set(response.headerFields.map(\.name)) where !Self.keptNames.contains(name) {
            self.response.headerFields[values: name] = response.headerFields[values: name]
        }
        if response.headerFields[.age] == nil { self.response.headerFields[.age] = nil }
        initialAge = Self.initialAge(of: response, requestedAt: requestedAt, receivedAt: receivedAt)
        self.receivedAt = receivedAt
    }

    /// Fields about the stored body, which a 304 has none of: RFC 9111, section 3.2.
    private static let keptNames: Set<HTTPField.Name> = [.contentLength, .contentEncoding, .contentRange, .contentType]

    /// The same as it is given out, with its age.
    func aged(at now: Duration) -> CachedResponse {
        var copy = self
        copy.response.headerFields[.age] = String(age(at: now).components.seconds)
        return copy
    }

    /// About how many bytes it takes.
    var size: Int {
        response.headerFields.reduce(body.count + 256) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count }
    }
}
