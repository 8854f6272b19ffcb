internal import Hiredis

/// Whether a limiter or a keeper can do its work, for the probe that asks a service whether it is ready.
///
/// ```swift
/// router.get("ready") { _, _ in limiter.readiness.isServing ? HTTPResponse.Status.ok : .serviceUnavailable }
/// ```
///
/// Of `degraded`, a probe should say that the service is ready: failure policies decide, and a service that is taken out
/// of the load balancer because Redis is away fails as a whole, for Redis is away for all instances. Alert on it instead.
/// Of `notReady` it should say that it is not, with the reason.
public enum Readiness: Sendable, Hashable, CustomStringConvertible {
    /// Why it is not simply ready: a bounded text, fit for a metric label.
    ///
    /// More may come: compare with the ones you know. Beside these it is the ``WeirError/Code`` of what went wrong last,
    /// such as `unreachable`, `refused` or `tls_failed`.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        /// The text.
        public let description: String

        private init(_ description: String) { self.description = description }

        init(_ code: WeirError.Code) { self.init(code.description) }

        /// It has not been connected yet, and nothing is known to be wrong.
        ///
        /// A limiter connects when it is first asked, or by `run()` or `connect()`: one of those is needed where no request
        /// comes before it is ready.
        public static let connecting = Reason("connecting")
        /// Redis, or a server of its cluster, has failed so often that it is not asked; it ends when a request is answered.
        public static let breakerOpen = Reason(.breakerOpen)
        /// Some slots of the cluster have no server.
        public static let uncovered = Reason("uncovered")
        /// It was shut down.
        public static let shutDown = Reason(.shutDown)
    }

    /// Redis decides, or a store in memory.
    case ready
    /// Redis, or a part of its cluster, is away: the failure policies decide; a keeper's calls fail until it is back.
    case degraded(reason: Reason)
    /// It has never been connected, or only a person can mend what is wrong, or it was shut down.
    case notReady(reason: Reason)

    /// Whether the service should have requests: it is ready, or only degraded.
    public var isServing: Bool {
        if case .notReady = self { false } else { true }
    }

    /// Why it is not simply ready; nil if it is.
    public var reason: Reason? {
        switch self {
        case .ready: nil
        case .degraded(let reason), .notReady(let reason): reason
        }
    }

    /// `ready`, or `degraded` or `not_ready` with the reason, such as `degraded unreachable`.
    public var description: String {
        switch self {
        case .ready: "ready"
        case .degraded(let reason): "degraded \(reason)"
        case .notReady(let reason): "not_ready \(reason)"
        }
    }

    init(_ state: ConnectionState) {
        switch state {
        case .connected: self = .ready
        case .connecting: self = .notReady(reason: .connecting)
        case .ended: self = .notReady(reason: .shutDown)
        case .incomplete: self = .degraded(reason: .uncovered)
        case .failed(let error, let wasConnected):
            let reason = Reason(WeirError(error).code)
            self = error.isPermanent || !wasConnected ? .notReady(reason: reason) : .degraded(reason: reason)
        case .leaving: self = .degraded(reason: Reason(.unreachable))
        }
    }
}
