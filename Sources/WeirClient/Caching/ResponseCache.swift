public import HTTPTypes
internal import Synchronization

/// Keeps responses, so that what is known need not be asked for: a request that is not sent counts under no limit.
///
/// A private cache after RFC 9111, in memory, bounded, which forgets what was used longest ago. It keeps responses to GET
/// and HEAD, apart for each caller: by the identity that it is told, and by `Authorization`, `Proxy-Authorization`, `Cookie`
/// and `X-API-Key`. Only keyed hashes of them are kept. Whoever names callers in another way, such as a field of its own,
/// has to tell it as the identity, or one caller is answered with what another has got. Not kept are, for the same reason,
/// what has `Set-Cookie`, and what is `private` where nobody is named.
///
/// It asks before a request and is told after each response:
///
/// ```swift
/// switch cache.answer(to: request, identity: user) {
/// case .fresh(let cached): deliver(cached)
/// case .stale(let conditions): try await send(request, adding: conditions)
/// case .none: try await send(request, adding: HTTPFields())
/// }
/// ```
///
/// A response that comes goes to ``received(_:body:to:identity:requestedAt:receivedAt:)``, a 304 to
/// ``unchanged(_:to:identity:requestedAt:)``.
///
/// What of the RFC is left out: freshness is never guessed (section 4.2.2), a stale response is never given out, whatever
/// `max-stale` or `stale-*` say; partial responses and requests with conditions of their own pass by; HEAD is not answered
/// from what a GET has brought; `no-cache` with names of fields is taken for one without; `s-maxage` and `public` are for
/// shared caches; `Location` and `Content-Location` of unsafe requests invalidate nothing; a new `Vary` forgets what was kept
/// for the URL under the old one.
public final class ResponseCache: Sendable {
    /// How much is kept.
    public struct Settings: Sendable, Hashable {
        /// How many responses at most; 1,000 by default.
        public var mostEntries = 1_000
        /// How many bytes in all at most, fields and 256 more for each included; 16 MiB by default.
        public var mostBytes = 16 << 20
        /// How long a body is that is kept at most; 1 MiB by default.
        public var mostBodyBytes = 1 << 20

        /// The defaults.
        public init() {}
    }

    /// What is known of a request's response.
    public enum Answer: Sendable, Hashable {
        /// This is the response, and nothing has to be sent.
        case fresh(CachedResponse)
        /// There is one that may have changed: to be sent with these fields, and answered by 304 if it has not.
        case stale(conditions: HTTPFields)
        /// Nothing.
        case none
    }

    /// How much is kept.
    public let settings: Settings
    private let time: PacerTime
    private let state: Mutex<CacheState>

    /// An empty cache.
    ///
    /// - Parameters:
    ///   - settings: how much is kept.
    ///   - clock: by which responses age; the system's continuous clock by default.
    ///   - start: the clock's time now, since the epoch; nil, the default, for that of this machine, whatever the clock
    ///     says.
    public init(
        settings: Settings = Settings(),
        clock: some Clock<Duration> = ContinuousClock(),
        startingAt start: Duration? = nil
    ) {
        self.settings = settings
        time = PacerTime(clock, startingAt: start)
        state = Mutex(CacheState(settings: settings))
    }

    /// How many responses are kept.
    public var count: Int { state.withLock { $0.count } }
    /// How many bytes they take, about.
    public var bytes: Int { state.withLock { $0.bytes } }
    /// The time since the epoch, to be noted when a request is sent.
    public var now: Duration { time.sinceEpoch() }

    /// What is known of a request's response.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - identity: who asks, such as the token; nil, the default, if the fields of the request alone say so. Only a keyed
    ///     hash is kept.
    /// - Returns: what is known, from responses to the same identity alone.
    public func answer(to request: HTTPRequest, identity: String? = nil) -> Answer {
        state.withLock { $0.answer(to: request, identity: identity, at: time.sinceEpoch()) }
    }

    /// Whether a response would be kept if its body is not too long: whether to collect it.
    ///
    /// - Parameters:
    ///   - response: the response.
    ///   - request: what it answers.
    ///   - identity: as for ``answer(to:identity:)``.
    /// - Returns: false also for what only might be another caller's.
    public func mayKeep(_ response: HTTPResponse, to request: HTTPRequest, identity: String? = nil) -> Bool {
        state.withLock { $0.mayKeep(response, to: request, identity: identity, at: time.sinceEpoch()) }
    }

    /// A response has come: it is kept if it may be, and what a request has changed is forgotten.
    ///
    /// - Parameters:
    ///   - response: the response; not a 304 to conditions of the cache.
    ///   - body: its body, or nil if it is longer than ``Settings/mostBodyBytes``.
    ///   - request: what it answers, without conditions that the cache has added.
    ///   - identity: as for ``answer(to:identity:)``.
    ///   - requestedAt: ``now`` when the request was sent.
    ///   - receivedAt: ``now`` when the header came; nil, the default, for this moment.
    public func received(
        _ response: HTTPResponse,
        body: [UInt8]?,
        to request: HTTPRequest,
        identity: String? = nil,
        requestedAt: Duration,
        receivedAt: Duration? = nil
    ) {
        let now = receivedAt ?? time.sinceEpoch()
        state.withLock { state in
            state.received(response, body: body, to: request, identity: identity, requestedAt: requestedAt, at: now)
        }
    }

    /// A 304 has come to a request with conditions of the cache.
    ///
    /// - Parameters:
    ///   - response: the 304.
    ///   - request: the request, without those conditions.
    ///   - identity: as for ``answer(to:identity:)``.
    ///   - requestedAt: ``now`` when it was sent.
    /// - Returns: what is unchanged, fresh again by what the 304 says; nil if it has been forgotten meanwhile: then the
    ///   request is to be sent again without conditions.
    public func unchanged(
        _ response: HTTPResponse,
        to request: HTTPRequest,
        identity: String? = nil,
        requestedAt: Duration
    ) -> CachedResponse? {
        state.withLock { state in
            let now = time.sinceEpoch()
            return state.unchanged(response, to: request, identity: identity, requestedAt: requestedAt, at: now)
        }
    }

    /// Forgets everything.
    public func removeAll() { state.withLock { $0.removeAll() } }
}
