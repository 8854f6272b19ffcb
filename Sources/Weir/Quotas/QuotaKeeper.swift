internal import Logging
public import ServiceLifecycle
internal import Synchronization

/// Keeps counts that no window gives back: the objects that a user created, and the sites that a group registered.
///
/// Each is decided in one script, exactly, for all instances that share a Redis; and unlike windows, quotas never expire.
/// A keeper is made once and used by all tasks. It connects when first needed, over connections of its own.
///
/// ```swift
/// let keeper = try QuotaKeeper(redis: "redis://127.0.0.1:6379")
/// switch try await keeper.create(by: "anna") {
/// case .created(let usage): print("created,", usage.remaining, "left")
/// case .exhausted(let usage): print("no room; it grows at", usage.nextGrowth as Any)
/// }
/// ```
///
/// There is no failure policy for a quota: when Redis cannot be asked, the call fails, and nothing is to be created.
public final class QuotaKeeper: Service {
    let keys: KeyScheme
    let store: any QuotaStore
    private let logger: Logger
    /// Whoever counts or traces; nil if nobody does.
    let observer: QuotaObserver?
    private let state: Mutex<State>

    private struct State {
        var quotas: Quotas
        /// Whether the server was looked at for what could lose quotas.
        var isChecked = false
    }

    /// A keeper whose counts are in Redis.
    ///
    /// - Parameters:
    ///   - redis: the address, as for a ``RateLimiter``.
    ///   - quotas: how much, where operators have set nothing else.
    ///   - configuration: how to talk to Redis; with the `keyPrefix` and `keySecret` of the limiters beside it.
    /// - Throws: ``WeirError`` that names the culprit if the address, a quota or an option makes no sense. Nothing is sent
    ///   before the first call.
    public convenience init(
        redis: String,
        quotas: Quotas = Quotas(),
        configuration: RateLimiter.Configuration = RateLimiter.Configuration()
    ) throws(WeirError) {
        let quotas = try quotas.validated()
        let configuration = try configuration.validated()
        let store = try RedisQuotaStore(url: redis, configuration: configuration)
        self.init(quotas: quotas, configuration: configuration, store: store, isInMemory: false)
    }

    /// A keeper whose counts are in this process's memory, for tests.
    ///
    /// - Parameters:
    ///   - store: the store; limiters and keepers that share it share what is in it.
    ///   - quotas: how much, where operators have set nothing else.
    ///   - configuration: what of it is not about Redis: how keys are made, and who is told of what.
    /// - Throws: ``WeirError`` that names the culprit if a quota or an option makes no sense.
    public convenience init(
        inMemory store: InMemoryStore,
        quotas: Quotas = Quotas(),
        configuration: RateLimiter.Configuration = RateLimiter.Configuration()
    ) throws(WeirError) {
        let quotas = try quotas.validated()
        self.init(quotas: quotas, configuration: try configuration.validated(), store: store, isInMemory: true)
    }

    private init(
        quotas: Quotas,
        configuration: RateLimiter.Configuration,
        store: any QuotaStore,
        isInMemory: Bool
    ) {
        state = Mutex(State(quotas: quotas))
        observer = QuotaObserver(configuration, asksRedis: !isInMemory)
        keys = KeyScheme(prefix: configuration.keyPrefix, secret: Array(configuration.keySecret.utf8))
        self.store = store
        logger = configuration.logger
    }

    // MARK: Quotas that change while the keeper runs

    /// How much the next call allows, where operators have set nothing else.
    public var quotas: Quotas { state.withLock { $0.quotas } }

    /// Decides all later calls by other quotas; what is used stays used.
    ///
    /// With 6 of 6 sites registered, a quota of 8 leaves 2, and one of 4 refuses until three were removed. A call that is
    /// under way ends by the quotas that it began with. Other instances keep theirs until they are given the new ones.
    ///
    /// - Parameter quotas: how much.
    /// - Throws: ``WeirError`` that names the culprit if a quota makes no sense; then nothing has changed.
    public func update(quotas: Quotas) throws(WeirError) {
        let quotas = try quotas.validated()
        state.withLock { $0.quotas = quotas }
    }

    // MARK: Lifecycle

    /// Whether Redis can be asked, for the probe that asks a service whether it is ready; cheap, and asks nobody.
    ///
    /// While it is degraded, calls fail and nothing is to be created. A keeper in memory is always ready.
    public var readiness: Readiness { store.readiness }

    /// Connects now instead of at the first call, and says what is wrong with the server or with our rights there.
    ///
    /// After a failure the keeper goes on trying.
    ///
    /// - Throws: ``WeirError`` if the next attempt fails; not ``WeirError/isRetryable`` if only a person can mend it.
    public func connect() async throws(WeirError) { try await store.connect() }

    /// Connects and checks the server, keeps the keeper until the graceful shutdown begins, then lets what waits finish.
    ///
    /// A server that could lose quotas is a warning in the log. A keeper works without `run`; the check is then made after
    /// its first call.
    ///
    /// - Throws: what ``connect()`` throws if only a person can mend it.
    public func run() async throws {
        do throws(WeirError) { try await store.connectUnlessHopeless() } catch {
            await shutdown()
            throw error
        }
        await checkOnce()
        try? await gracefulShutdown()
        await store.shutdown()
    }

    /// Lets calls that wait finish for up to a second, then closes the connections; later calls fail.
    public func shutdown() async {
        await store.shutdown()
    }

    /// Whether the server could lose quotas: because it evicts keys when it is full, or writes no append-only file.
    ///
    /// - Returns: a sentence for each danger, with what to do; none if all is well.
    /// - Throws: ``WeirError`` if it cannot be found out; it takes the right to `CONFIG GET`.
    public func dangers() async throws(WeirError) -> [String] { try await store.dangers() }

    /// Says once in the log what could lose the quotas; a check that could not be made is made again later.
    func checkOnce() async {
        let isFirst = state.withLock { state in
            defer { state.isChecked = true }
            return !state.isChecked
        }
        guard isFirst else { return }
        do throws(WeirError) {
            for danger in try await store.dangers() {
                logger.warning("quotas are not safe", metadata: ["danger": "\(danger)"])
            }
        } catch {
            logger.notice("whether quotas are safe could not be checked", metadata: ["reason": "\(error)"])
            // A missing right stays missing; anything else may have passed by the next call.
            if error.isRetryable { state.withLock { $0.isChecked = false } }
        }
    }

    /// The same without keeping the caller waiting.
    func checkInBackground() {
        if !state.withLock({ $0.isChecked }) { Task { await checkOnce() } }
    }

    // MARK: What all quotas share

    /// The keys of a quota of one owner.
    func quotaKeys(
        _ name: String,
        _ part: Descriptor.Part,
        _ owner: String,
        operation: String? = nil
    ) throws(WeirError) -> QuotaKeys {
        try NameLength.check(owner, part.rawValue, .invalidQuota)
        if let operation { try NameLength.check(operation, "operation id", .invalidOperation) }
        let owner = keys.name(of: part, Descriptor.Value(owner))
        let quota = keys.permanentKey(name, owner: owner)
        return QuotaKeys(
            quota: quota,
            limits: keys.permanentKey("limits", owner: owner),
            operation: operation.map { keys.operationKey(quota, operation: $0) }
        )
    }
}

extension WeirError {
    static let otherOperation = WeirError(
        .invalidOperation,
        "the operation id was used for something else; use a new one for each operation, and the same only to repeat it"
    )

    /// A key of a quota holds something else.
    static func unreadableQuota(_ key: [UInt8]) -> WeirError {
        let key = String(decoding: key, as: UTF8.self)
        return WeirError(
            .unreadableQuota,
            "the key '\(key)', or what belongs to it, holds something that is not of Weir; it was left as it is. Look at"
                + " it with redis-cli TYPE and HGETALL; repair it, or remove it with DEL if nothing in it is needed"
        )
    }
}
