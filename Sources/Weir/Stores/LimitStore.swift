/// What every store has: the limits that operators set, and a beginning and an end.
package protocol LimitStore: Sendable {
    /// Sets or removes a limit in place of another.
    func change(_ change: LimitChange) async throws(WeirError) -> LimitChange.Outcome
    /// What is set for an owner, by field.
    func limits(_ key: [UInt8]) async throws(WeirError) -> [String: String]
    /// Whether it can be asked; ready unless it says otherwise.
    var readiness: Readiness { get }
    /// Connects now instead of at the first request, and says why that cannot be done.
    ///
    /// After a failure the store goes on trying.
    func connect() async throws(WeirError)
    /// Lets what waits finish and takes nothing more.
    func shutdown() async
}

extension LimitStore {
    package var readiness: Readiness { .ready }

    /// Connects, and throws only what a person has to mend; a Redis that is away for now is tried again by itself.
    func connectUnlessHopeless() async throws(WeirError) {
        do throws(WeirError) { try await connect() } catch {
            if !error.isRetryable && error.code != .shutDown { throw error }
        }
    }

    /// Makes a change, and tells what it replaced.
    func replace(_ change: LimitChange) async throws(WeirError) -> LimitOverride? {
        try await self.change(change).replaced(by: change)
    }

    /// All that is set for an owner, in the order of the fields.
    func overrides(under key: [UInt8]) async throws(WeirError) -> [StoredOverride] {
        try await limits(key).map { StoredOverride(field: $0.key, text: $0.value) }.sorted { $0.field < $1.field }
    }
}
