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
    private let current: @Sendable () -> Settings
    private let shadowDenials: ShadowDenials

    /// A gate before what a limiter limits.
    ///
    /// - Parameters:
    ///   - limiter: decides.
    ///   - settings: what clients are told, and what is charged; every request is charged when it comes, by default.
    public init(limiter: RateLimiter, settings: Settings = Settings()) {
        self.init(limiter: limiter, following: { settings })
    }

    /// A gate whose settings may be others for each request, such as those of a policy file that is watched.
    ///
    /// - Parameters:
    ///   - limiter: decides.
    ///   - settings: asked once for each request, once more for one that is not decided, and for its metrics once now.
    public init(limiter: RateLimiter, following settings: @escaping @Sendable () -> Settings) {
        self.limiter = limiter
        current = settings
        shadowDenials = ShadowDenials(settings().metrics)
    }

    /// Asks for a request, and reserves what it costs.
    ///
    /// - Parameters:
    ///   - descriptor: what the request is.
    ///   - cost: the units to reserve, 1 to 2^31.
    ///   - logger: where it is logged; ``Settings/logger`` if nil.
    /// - Returns: the request's passage, to be settled when the status of its response is known, or the response to refuse
    ///   it with.
    /// - Throws: `WeirError` if there is no decision, which is logged; never in ``Mode/shadow``. ``response(to:)`` has the
    ///   response where Redis did not decide, and ``HTTPTypes/HTTPResponse/Status/init(for:)`` a status for all others.
    public func admit(
        _ descriptor: Descriptor,
        cost: Int = 1,
        logger: Logger? = nil
    ) async throws(WeirError) -> Admission {
        let settings = current()
        let logger = logger ?? settings.logger
        // Asked before: rules that come while it is decided are others than those that charge.
        let edition = limiter.rulesEdition
        let decision = try await decide(descriptor, cost: cost, settings.mode, logger)
        settings.onDecision?(decision, descriptor)
        if case .denied(let denial) = decision {
            if settings.mode == .enforce {
                logNearLimit(denial.usage, logger)
                let told = settings.fields.refusal(of: denial, partitionKey: settings.partitionKey?(descriptor))
                return .refused(
                    settings.refusals.response(to: denial, retryAfter: told.retryAfter),
                    fields: told.fields
                )
            }
            shadowDenials.count(denial.violated)
            let rules = denial.violated.joined(separator: ", ")
            logger.info("a rate limit would have refused", metadata: ["rules": "\(rules)"])
        }
        if settings.mode == .enforce { logNearLimit(decision.usage, logger) }
        return .admitted(
            Passage(
                decision,
                fields: settings.toldFields(for: decision.usage, descriptor),
                settlement: Settlement(
                    of: decision,
                    descriptor,
                    edition: edition,
                    limiter: limiter,
                    settings: settings,
                    logger: logger
                )
            )
        )
    }

    /// The response to a request that ``admit(_:cost:logger:)`` could not decide, in the form of the refusals of now.
    ///
    /// - Parameter error: what was thrown.
    /// - Returns: what ``Refusals/response(to:)-(WeirError)`` says: nil unless Redis did not decide.
    public func response(to error: WeirError) -> RefusalResponse? { current().refusals.response(to: error) }

    private func decide(
        _ descriptor: Descriptor,
        cost: Int,
        _ mode: Mode,
        _ logger: Logger
    ) async throws(WeirError) -> Decision {
        do throws(WeirError) {
            return try await limiter.acquire(descriptor, cost: cost)
        } catch {
            // Of a Redis that fails the limiter tells, once; it need not be said of every request.
            let isUsual = error.isUnavailability || error.code == .cancelled
            logger.log(level: isUsual ? .debug : .error, "no rate limit decision", metadata: ["error": "\(error)"])
            guard mode == .shadow else { throw error }
            return .allowed(.unknown(because: error))
        }
    }

    private func logNearLimit(_ usage: Usage, _ logger: Logger) {
        guard usage.isNearLimit else { return }
        let rules = usage.rules.filter(\.isNearLimit).map(\.rule).joined(separator: ", ")
        logger.info("near a rate limit", metadata: ["rules": "\(rules)"])
    }
}
