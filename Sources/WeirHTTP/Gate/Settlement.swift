internal import HTTPTypes
internal import Logging
internal import Synchronization
internal import Weir

/// What becomes of one reservation, once.
final class Settlement: Sendable {
    private enum State {
        case open
        /// It stays as it was charged.
        case unchanged
        /// It is being given back, or charged more.
        case changed(Task<HTTPFields?, Never>)
    }

    private let limiter: RateLimiter
    private let descriptor: Descriptor
    private let settings: RequestGate.Settings
    private let logger: Logger
    private let charged: Int
    private let edition: Int
    private let state = Mutex(State.open)

    /// Nil if there is nothing to settle: nothing was charged, or not where it could be given back.
    ///
    /// `edition` is that of the limiter's rules before the decision: if they have changed since, nothing is settled.
    init?(
        of decision: Decision,
        _ descriptor: Descriptor,
        edition: Int,
        limiter: RateLimiter,
        settings: RequestGate.Settings,
        logger: Logger
    ) {
        guard decision.usage.charged > 0, [.redis, .memory].contains(decision.usage.source) else { return nil }
        self.limiter = limiter
        self.descriptor = descriptor
        self.settings = settings
        self.logger = logger
        charged = decision.usage.charged
        self.edition = edition
    }

    /// What to tell the client after the response; nil if nothing has changed.
    func fields(after status: HTTPResponse.Status, cost: Int?) async -> HTTPFields? {
        let task = state.withLock { state -> Task<HTTPFields?, Never>? in
            if case .open = state { state = settled(status, cost: cost) }
            if case .changed(let task) = state { return task }
            return nil
        }
        return await task?.value
    }

    private func settled(_ status: HTTPResponse.Status, cost: Int?) -> State {
        let cost = max(0, cost ?? settings.charging.cost(of: status, reserved: charged))
        guard cost != charged else { return .unchanged }
        // A task of its own is not cancelled with the request's, or nothing would be given back to who hangs up.
        return .changed(Task { await change(to: cost) })
    }

    private func change(to cost: Int) async -> HTTPFields? {
        do throws(WeirError) {
            // A failure policy knows nothing of where the client stands: what was known before is better.
            guard let usage = try await limiter.settle(descriptor, by: cost - charged, edition: edition),
                usage.failure == nil
            else { return nil }
            // The request itself was admitted, also where not all of the rest would fit.
            return settings.toldFields(for: usage, descriptor)
        } catch {
            logger.warning("a charge could not be settled", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
