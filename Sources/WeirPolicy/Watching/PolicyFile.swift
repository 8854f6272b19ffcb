public import Logging
public import ServiceLifecycle
internal import Synchronization
public import Weir

/// A file with a policy, watched while the service runs.
///
/// It is looked at once in an interval. What is new and valid is applied: limits change at once, and usage is kept. What is
/// not valid, or gone, is said in the log once, and the policy read before stays in force; so does it say when all is well
/// again. A file is taken when it has not changed for one interval, so a new policy is in force after two at the latest.
/// Written in place, renamed over, or at the end of a link that is swapped, as Kubernetes does with a ConfigMap: all are
/// seen.
///
/// ```swift
/// let file = try PolicyFile(path: "policy.yaml", logger: logger)
/// let limiter = try RateLimiter(redis: url, rules: file.current.resolvedRules)
/// let keeper = try QuotaKeeper(redis: url, quotas: file.current.quotas)
/// let responses = try CurrentResponses(file.current)
/// file.keepUpToDate(limiter, keeper, responses)
/// try await ServiceGroup(services: [limiter, keeper, file], logger: logger).run()
/// ```
public final class PolicyFile: Service {
    /// Takes over a policy; an error leaves the old one in force and is tried again.
    public typealias Apply = @Sendable (Policy) async throws -> Void

    /// Where the file is.
    public let path: String
    private let interval: Duration
    private let logger: Logger
    private let watch: Mutex<PolicyWatch>
    private let listeners = Mutex<[Apply]>([])

    /// Reads a file; ``run()`` watches it from then on.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - interval: the time between looks, 1 millisecond to 1 hour; 1 second by default.
    ///   - logger: is told of new policies, and of what is wrong with the file; none by default.
    /// - Throws: ``PolicyError`` with all complaints if it is not a policy, so that a service does not start with it.
    public init(
        path: String,
        interval: Duration = .seconds(1),
        logger: Logger = Logger(label: "weir.policy") { _ in SwiftLogNoOpLogHandler() }
    ) throws(PolicyError) {
        guard (.milliseconds(1) ... .seconds(3600)).contains(interval) else {
            let message = "the interval is \(interval); 1 millisecond to 1 hour are possible"
            throw PolicyError(.invalid, [PolicyComplaint(message)])
        }
        self.path = path
        self.interval = interval
        self.logger = logger
        // Before reading: what is written meanwhile is seen at the first look.
        let fingerprint = FileFingerprint(path)
        watch = Mutex(PolicyWatch(try Policy(contentsOf: path), seen: fingerprint))
    }

    /// The policy in force.
    public var current: Policy { watch.withLock { $0.current } }

    /// Hands every new policy to a function, after those that were given before.
    ///
    /// - Parameter apply: the function; it is not called with the policy that is in force already.
    public func whenChanged(_ apply: @escaping Apply) { listeners.withLock { $0.append(apply) } }

    /// Hands every new policy to a limiter, a keeper and what answers requests.
    ///
    /// - Parameters:
    ///   - limiter: gets the rules.
    ///   - keeper: gets the quotas.
    ///   - responses: get the fields and refusals; they change after the rules.
    public func keepUpToDate(
        _ limiter: RateLimiter,
        _ keeper: QuotaKeeper? = nil,
        _ responses: CurrentResponses? = nil
    ) {
        whenChanged { policy in
            try limiter.update(rules: policy.resolvedRules)
            try keeper?.update(quotas: policy.quotas)
            try responses?.update(to: policy)
        }
    }

    /// Watches the file until the service's graceful shutdown begins.
    ///
    /// - Throws: nothing; what goes wrong is in the log.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                try? await Task.sleep(for: self.interval)
            }
        }
    }

    /// Looks at the file once, and does what follows.
    func look() async {
        let fingerprint = FileFingerprint(path)
        switch watch.withLock({ $0.looked(fingerprint) }) {
        case .rest: return
        case .miss: warn("the policy file is gone; the policy read before stays in force, write the file again")
        case .read: await read()
        }
    }

    private func read() async {
        let policy: Policy
        do throws(PolicyError) {
            policy = try Policy(contentsOf: path)
        } catch {
            guard watch.withLock({ $0.failed("\(error)") }) else { return }
            warn("the policy file is invalid; the policy read before stays in force", ["complaints": "\(error)"])
            return
        }
        let change = PolicyChange(old: current, new: policy)
        if change.old != change.new {
            for listener in listeners.withLock({ $0 }) {
                do {
                    try await listener(policy)
                } catch {
                    guard watch.withLock({ $0.couldNotApply("\(error)") }) else { return }
                    warn("the policy could not be applied and is tried again", ["error": "\(error)"])
                    return
                }
            }
        }
        let isBetter = watch.withLock { $0.applied(policy) }
        if isBetter { logger.notice("the policy file is good again", metadata: ["path": "\(path)"]) }
        guard change.old != change.new else { return }
        logger.notice("a new policy is in force", metadata: ["path": "\(path)"])
        for warning in change.warnings { warn("the new policy does not keep every count", ["reason": "\(warning)"]) }
    }

    private func warn(_ message: Logger.Message, _ details: Logger.Metadata = [:]) {
        logger.warning(message, metadata: details.merging(["path": "\(path)"]) { detail, _ in detail })
    }
}
