internal import HTTPTypes

/// What a cache holds and what it answers: a plain value that does no I/O and is told the time.
struct CacheState: Sendable {
    /// What a response is kept under; who asked is part of it, in a form that gives nobody away.
    struct Key: Sendable, Hashable {
        let url: String
        let method: HTTPRequest.Method
        let credentials: Fingerprint?
        /// What the fields named by `Vary` were.
        let varied: [String: Fingerprint]
    }

    /// For a URL, the names in the last `Vary` of its responses, and the keys under which they are kept.
    private struct Address: Sendable {
        var varies: Set<String> = []
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

    mutating func answer(to request: HTTPRequest, at now: Duration) -> ResponseCache.Answer {
        guard Self.isCacheable(request), let key = storedKey(request), let response = responses[key] else {
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

    private func key(_ request: HTTPRequest, varyingBy names: Set<String>) -> Key {
        let varied = names.map { name in
            let values = HTTPField.Name(name).map { request.headerFields[values: $0] } ?? []
            return (name, fingerprints.fingerprint(of: values.map(\.trimmingSpaces).joined(separator: ", ")))
        }
        return Key(
            url: Self.url(request),
            method: request.method,
            credentials: request.headerFields[.authorization].map(fingerprints.fingerprint),
            varied: Dictionary(varied) { first, _ in first }
        )
    }

    private func storedKey(_ request: HTTPRequest) -> Key? {
        addresses[Self.url(request)].map { key(request, varyingBy: $0.varies) }
    }

    // MARK: Keeping

    /// Whether a response would be kept if its body is not too long.
    func mayKeep(_ response: HTTPResponse, to request: HTTPRequest, at now: Duration) -> Bool {
        let kept = CachedResponse(response, body: [], requestedAt: now, receivedAt: now)
        return Self.isCacheable(request) && isStorable(kept, request) && Self.varyingNames(response) != nil
    }

    /// A response has come that was not a 304.
    ///
    /// - Parameters:
    ///   - response: the response.
    ///   - body: its body; nil if it was too long to be kept.
    ///   - request: what it answers, without the conditions that the cache has added.
    ///   - requestedAt: when it was asked for, since the epoch.
    ///   - now: when it came.
    mutating func received(
        _ response: HTTPResponse,
        body: [UInt8]?,
        to request: HTTPRequest,
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
        if let old = storedKey(request) { remove(old) }
        let kept = body.map { CachedResponse(response, body: $0, requestedAt: requestedAt, receivedAt: now) }
        guard let kept, isStorable(kept, request), let names = Self.varyingNames(response) else { return }
        if addresses[url]?.varies != names {
            removeAll(at: url)
            addresses[url] = Address(varies: names)
        }
        let key = key(request, varyingBy: names)
        responses[key] = kept
        addresses[url]?.keys.insert(key)
        bytes += kept.size
        recency.use(key)
        while bytes > settings.mostBytes || responses.count > settings.mostEntries, let oldest = recency.removeOldest()
        {
            remove(oldest)
        }
    }

    private func isStorable(_ kept: CachedResponse, _ request: HTTPRequest) -> Bool {
        let control = CacheControl(kept.response.headerFields)
        return Self.storableStatuses.contains(kept.response.status.code)
            && !control.noStore && !CacheControl(request.headerFields).noStore
            && (kept.freshness > .zero || kept.hasValidator)
            && kept.body.count <= settings.mostBodyBytes && kept.size <= settings.mostBytes
    }

    /// Those of RFC 9110, section 15.1, that may be kept, but for partial content.
    private static let storableStatuses: Set<Int> = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]

    /// The names in `Vary`; nil if the response varies by what nobody can compare.
    private static func varyingNames(_ response: HTTPResponse) -> Set<String>? {
        let names = response.headerFields[values: .vary].flatMap { $0.split(separator: ",") }.map { $0.trimmingSpaces }
        return names.contains("*") ? nil : Set(names.map { $0.lowercased() })
    }

    /// A 304 has come to a request with the conditions that the cache has added.
    ///
    /// - Parameters:
    ///   - response: the 304.
    ///   - request: the request, without those conditions.
    ///   - requestedAt: when it was sent, since the epoch.
    ///   - now: when the 304 came.
    /// - Returns: what is unchanged, now fresh again; nil if it has been forgotten meanwhile, or another one is meant.
    mutating func unchanged(
        _ response: HTTPResponse,
        to request: HTTPRequest,
        requestedAt: Duration,
        at now: Duration
    ) -> CachedResponse? {
        guard let key = storedKey(request), var kept = responses[key] else { return nil }
        if let tag = response.headerFields[.eTag], let known = kept.response.headerFields[.eTag], tag != known {
            remove(key)
            return nil
        }
        bytes -= kept.size
        kept.refresh(with: response, requestedAt: requestedAt, receivedAt: now)
        bytes += kept.size
        responses[key] = kept
        if CacheControl(response.headerFields).noStore { remove(key) }
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
