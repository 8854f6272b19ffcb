public import Logging
public import Weir

/// Asks a limiter before a request, and settles the charge after its response: for any framework over `HTTPTypes`.
///
/// ```swift
/// let gate = RequestGate(limiter: limiter, settings: .init(charging: .refundingServerErrors))
/// switch try await gate.admit(Descriptor(token: token, endpoint: "POST /objects")) {
/// case .refused(let refusal, let fields): send(refusal.status, fields, refusal.body)
/// case .admitted(let passage):
///     var response = await respond()
///     response.headerFields.append(contentsOf: await passage.settle(response.status))
///     send(response)
/// }
/// ```
///
/// Where Redis does not decide, the `FailurePolicy` of the rules does.
public struct RequestGate: Sendable {
    private let limiter: RateLimiter
    private let settings: Settings
    private let shadowDenials: ShadowDenials

    /// A gate before what a limiter limits.
    ///
    /// - Parameters:
    ///   - limiter: decides.
    ///   - settings: what clients are told, and what is charged; every request is charged when it comes, by default.
    public init(limiter: RateLimiter, settings: Settings = Settings()) {
        self.limiter = limiter
        self.settings = settings
        shadowDenials = ShadowDenials(settings.metrics)
    }

    /// Asks for a request, and reserves what it costs.
    ///
    /// - Parameters:
    ///   - descriptor: what the request is.
    ///   - cost: the units to reserve, 1 to 2^31.
    ///   - logger: where it is logged; ``Settings/logger`` if nil.
    /// - Returns: the request's passage, to be settled when the status of its response is known, or the response to refuse
    ///   it with.
    /// - Throws: `WeirError` if there is no decision, for which ``HTTPTypes/HTTPResponse/Status/init(for:)`` has the status;
    ///   never in ``Mode/shadow``.
    public func admit(
        _ descriptor: Descriptor,
        cost: Int = 1,
        logger: Logger? = nil
    ) async throws(WeirError) -> Admission {
        let logger = logger ?? settings.logger
        let decision = try await decide(descriptor, cost: cost, logger)
        if case .denied(let denial) = decision {
            settings.onDenied?(denial, descriptor)
            if settings.mode == .enforce {
                logNearLimit(denial.usage, logger)
                return .refused(settings.refusals.response(to: denial), fields: settings.fields.fields(for: decision))
            }
            shadowDenials.count(denial.violated)
            let rules = denial.violated.joined(separator: ", ")
            logger.info("a rate limit would have refused", metadata: ["rules": "\(rules)"])
        }
        if settings.mode == .enforce { logNearLimit(decision.usage, logger) }
        return .admitted(
            Passage(
                decision,
                fields: settings.toldFields(for: decision),
                settlement: Settlement(of: decision, descriptor, limiter: limiter, settings: settings, logger: logger)
            )
        )
    }

    private func decide(_ descriptor: Descriptor, cost: Int, _ logger: Logger) async throws(WeirError) -> Decision {
        do throws(WeirError) {
            return try await limiter.acquire(descriptor, cost: cost)
        } catch {
            guard settings.mode == .shadow else { throw error }
            // Of a Redis that fails the limiter tells, once; it need not be said of every request.
            let isUsual = error.isUnavailability || error.code == .cancelled
            logger.log(level: isUsual ? .debug : .error, "no rate limit decision", metadata: ["error": "\(error)"])
            return .allowed(.unknown(because: error))
        }
    }

    private func logNearLimit(_ usage: Usage, _ logger: Logger) {
        guard usage.isNearLimit else { return }
        let rules = usage.rules.filter(\.isNearLimit).map(\.rule).joined(separator: ", ")
        logger.info("near a rate limit", metadata: ["rules": "\(rules)"])
    }
}
