internal import HTTPTypes
internal import WeirFields

/// What a cache holds and what it answers: a plain value that does no I/O and is told the time.
struct CacheState: Sendable {
    /// What a response is kept under; who asked is part of it, in a form that gives nobody away.
    struct Key: Sendable, Hashable {
        let url: String
        let method: HTTPRequest.Method
        /// Who asked, if it was said.
        let identity: Fingerprint?
        /// What the fields were that say who asks, and those named by `Vary`.
        let fields: [HTTPField.Name: Fingerprint]
    }

    /// For a URL, the names in the last `Vary` of its responses, and the keys under which they are kept.
    private struct Address: Sendable {
        var varies: Set<HTTPField.Name> = []
        var keys: Set<Key> = []
    }

    let settings: ResponseCache.Settings
    private let fingerprints = Fingerprint.Maker()
    private var responses: [Key: CachedResponse] = [:]
    private var addresses: [String: Address] = [:]
    private var recency = RecencyQueue<Key>()
    private(set) var bytes = 0

    init(settings: ResponseCache.Settings) { self.settings = settings }

    var count: Int { responses.count }

    // MARK: Asking

    mutating func answer(
        to request: HTTPRequest,
        identity: String?,
        at now: Duration
    ) -> ResponseCache.Answer {
        guard Self.isCacheable(request), let key = storedKey(request, identity), let response = responses[key] else {
            return .none
        }
        recency.use(key)
        let asked = CacheControl(request.headerFields)
        guard !asked.noStore else { return .none }
        let age = response.age(at: now)
        let isFresh = response.freshness > age + (asked.minFresh ?? .zero) && age <= asked.maxAge ?? age
        if isFresh, !asked.noCache { return .fresh(response.aged(at: now)) }
        guard response.hasValidator else { return .none }
        var fields = HTTPFields()
        fields[.ifNoneMatch] = response.response.headerFields[.eTag]
        fields[.ifModifiedSince] = response.response.headerFields[.lastModified]
        return .stale(conditions: fields)
    }

    /// Only whole responses to what changes nothing, asked for without a condition.
    private static func isCacheable(_ request: HTTPRequest) -> Bool {
        let conditions: [HTTPField.Name] = [
            .range, .ifNoneMatch, .ifModifiedSince, .ifMatch, .ifUnmodifiedSince, .ifRange,
        ]
        return (request.method == .get || request.method == .head)
            && conditions.allSatisfy { request.headerFields[$0] == nil }
    }

    private static func url(_ request: HTTPRequest) -> String {
        "\(request.scheme?.lowercased() ?? "")://\(request.authority?.lowercased() ?? "")\(request.path ?? "/")"
    }

    /// The fields that say who asks, each of which parts what is kept.
    private static let callerFields: Set<HTTPField.Name> = [
        .authorization, .proxyAuthorization, .cookie, .known("X-API-Key"),
    ]

    private static func namesCaller(_ request: HTTPRequest, _ identity: String?) -> Bool {
        identity != nil || callerFields.contains { request.headerFields.contains($0) }
    }

    private func key(_ request: HTTPRequest, _ identity: String?, varyingBy names: Set<HTTPField.Name>) -> Key {
        var fields: [HTTPField.Name: Fingerprint] = [:]
        for name in names.union(Self.callerFields) where request.headerFields.contains(name) {
            let values = request.headerFields[values: name].map { String($0.trimmingBlanks) }
            fields[name] = fingerprints.fingerprint(of: values.joined(separator: ", "))
        }
        return Key(
            url: Self.url(request),
            method: request.method,
            identity: identity.map(fingerprints.fingerprint),
            fields: fields
        )
    }

    private func storedKey(_ request: HTTPRequest, _ identity: String?) -> Key? {
        addresses[Self.url(request)].map { key(request, identity, varyingBy: $0.varies) }
    }

    // MARK: Keeping

    /// Whether a response would be kept if its body is not too long.
    func mayKeep(_ response: HTTPResponse, to request: HTTPRequest, identity: String?, at now: Duration) -> Bool {
        let kept = CachedResponse(response, body: [], requestedAt: now, receivedAt: now)
        return Self.isCacheable(request) && isStorable(kept, request, identity) && Self.varyingNames(response) != nil
    }

    /// A response has come that was not a 304.
    ///
    /// - Parameters:
    ///   - response: the response.
    ///   - body: its body; nil if it was too long to be kept.
    ///   - request: what it answers, without the conditions that the cache has added.
    ///   - identity: who asked, if it is known.
    ///   - requestedAt: when it was asked for, since the epoch.
    ///   - now: when it came.
    mutating func received(
        _ response: HTTPResponse,
        body: [UInt8]?,
        to request: HTTPRequest,
        identity: String?,
        requestedAt: Duration,
        at now: Duration
    ) {
        let url = Self.url(request)
        guard request.method == .get || request.method == .head else {
            // RFC 9111, section 4.4: what is not an error may have changed what is there.
            if !request.method.isSafe, (200..<400).contains(response.status.code) { removeAll(at: url) }
            return
        }
        guard Self.isCacheable(request) else { return }
        // What was known before is better than a failure.
        guard response.status.code < 500 || response.status.code == 501 else { return }
        if let old = storedKey(request, identity) { remove(old) }
        let kept = body.map { CachedResponse(response, body: $0, requestedAt: requestedAt, receivedAt: now) }
        guard let kept, isStorable(kept, request, identity), let names = Self.varyingNames(response) else { return }
        if addresses[url]?.varies != names {
            removeAll(at: url)
            addresses[url] = Address(varies: names)
        }
        let key = key(request, identity, varyingBy: names)
        responses[key] = kept
        addresses[url]?.keys.insert(key)
        bytes += kept.size
        recency.use(key)
        while bytes > settings.mostBytes || responses.count > settings.mostEntries, let oldest = recency.removeOldest()
        {
            remove(oldest)
        }
    }

    private func isStorable(_ kept: CachedResponse, _ request: HTTPRequest, _ identity: String?) -> Bool {
        let control = CacheControl(kept.response.headerFields)
        return Self.storableStatuses.contains(kept.response.status.code)
            && !control.noStore && !CacheControl(request.headerFields).noStore
            // It is for somebody of whom nothing is known, or makes somebody of whoever gets it.
            && !(control.isPrivate && !Self.namesCaller(request, identity))
            && !kept.response.headerFields.contains(.setCookie)
            && (kept.freshness > .zero || kept.hasValidator)
            && kept.body.count <= settings.mostBodyBytes && kept.size <= settings.mostBytes
    }

    /// Those of RFC 9110, section 15.1, that may be kept, but for partial content.
    private static let storableStatuses: Set<Int> = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]

    /// The names in `Vary`; nil if the response varies by what nobody can compare.
    private static func varyingNames(_ response: HTTPResponse) -> Set<HTTPField.Name>? {
        var names: Set<HTTPField.Name> = []
        for text in response.headerFields[values: .vary].flatMap({ $0.split(separator: ",") }).map(\.trimmingBlanks)
        where !text.isEmpty {
            // "*" could be the name of a field, but is not meant as one.
            guard text != "*", let name = HTTPField.Name(String(text)) else { return nil }
            names.insert(name)
        }
        return names
    }

    /// A 304 has come to a request with the conditions that the cache has added.
    ///
    /// - Parameters:
    ///   - response: the 304.
    ///   - request: the request, without those conditions.
    ///   - identity: who asked, if it is known.
    ///   - requestedAt: when it was sent, since the epoch.
    ///   - now: when the 304 came.
    /// - Returns: what is unchanged, now fresh again; nil if it has been forgotten meanwhile, or another one is meant.
    mutating func unchanged(
        _ response: HTTPResponse,
        to request: HTTPRequest,
        identity: String?,
        requestedAt: Duration,
        at now: Duration
    ) -> CachedResponse? {
        guard let key = storedKey(request, identity), var kept = responses[key] else { return nil }
        if let tag = response.headerFields[.eTag], let known = kept.response.headerFields[.eTag], tag != known {
            remove(key)
            return nil
        }
        bytes -= kept.size
        kept.refresh(with: response, requestedAt: requestedAt, receivedAt: now)
        bytes += kept.size
        responses[key] = kept
        if !isStorable(kept, request, identity) { remove(key) }
        return kept.aged(at: now)
    }

    // MARK: Forgetting

    mutating func removeAll() { self = CacheState(settings: settings) }

    private mutating func removeAll(at url: String) {
        for key in addresses[url]?.keys ?? [] { remove(key) }
    }

    private mutating func remove(_ key: Key) {
        recency.remove(key)
        guard let response = responses.removeValue(forKey: key) else { return }
        bytes -= response.size
        addresses[key.url]?.keys.remove(key)
        if addresses[key.url]?.keys.isEmpty ?? false { addresses[key.url] = nil }
    }
}
