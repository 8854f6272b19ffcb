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
    let quotas: Quotas
    let keys: KeyScheme
    let store: any QuotaStore
    private let logger: Logger
    private let isChecked = Mutex(false)

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
        self.init(quotas: quotas, configuration: configuration, store: store)
    }

    /// A keeper whose counts are in this process's memory, for tests.
    ///
    /// - Parameters:
    ///   - store: the store; limiters and keepers that share it share what is in it.
    ///   - quotas: how much, where operators have set nothing else.
    /// - Throws: ``WeirError`` that names the culprit if a quota makes no sense.
    public convenience init(inMemory store: InMemoryStore, quotas: Quotas = Quotas()) throws(WeirError) {
        self.init(quotas: try quotas.validated(), configuration: RateLimiter.Configuration(), store: store)
    }

    private init(quotas: Quotas, configuration: RateLimiter.Configuration, store: any QuotaStore) {
        self.quotas = quotas
        keys = KeyScheme(prefix: configuration.keyPrefix, secret: Array(configuration.keySecret.utf8))
        self.store = store
        logger = configuration.logger
    }

    // MARK: Lifecycle

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
        let isFirst = isChecked.withLock { isChecked in
            defer { isChecked = true }
            return !isChecked
        }
        guard isFirst else { return }
        do throws(WeirError) {
            for danger in try await store.dangers() {
                logger.warning("quotas are not safe", metadata: ["danger": "\(danger)"])
            }
        } catch {
            logger.notice("whether quotas are safe could not be checked", metadata: ["reason": "\(error)"])
            // A missing right stays missing; anything else may have passed by the next call.
            if error.isRetryable { isChecked.withLock { $0 = false } }
        }
    }

    /// The same without keeping the caller waiting.
    func checkInBackground() {
        if !isChecked.withLock({ $0 }) { Task { await checkOnce() } }
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
