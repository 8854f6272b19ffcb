import Foundation
import Hiredis
import Logging
import Synchronization
import Weir

/// The library's way to Redis, with one mistake in it.
final class MutantStore: Store {
    /// What the client does wrong.
    enum Mistake: String, CaseIterable {
        case none
        /// Decides by the clock of the process, which is a little off, as clocks are.
        case clientClock
        /// Asks again when it does not know whether the first call counted.
        case retryAfterUnknown
        /// Gives the answers of a batch to the wrong callers.
        case swappedAnswers
    }

    private let queue: RequestQueue<MutantFormat>
    private let client: RedisClient
    /// Overrides and the like, which no mistake touches.
    private let rest: RedisStore
    private let mistake: Mistake
    private let deadline: Duration

    init(
        socket: String,
        script: [UInt8],
        mistake: Mistake,
        process: Int,
        configuration: RateLimiter.Configuration
    ) throws {
        let wakeup = try Wakeup()
        let script = Script(source: script)
        let format = MutantFormat(script: script, mistake: mistake, offset: (process - 1) * 20_000)
        queue = RequestQueue(format, capacity: 10_000, wakeup: wakeup)
        var options = ConnectionOptions()
        options.scripts = [script]
        client = try RedisClient(
            address: RedisAddress(endpoint: .unix(path: socket)),
            options: options,
            logger: Logger(label: "mutant") { _ in SwiftLogNoOpLogHandler() },
            wakeup: wakeup,
            source: MutantSource(queue: queue)
        )
        rest = try RedisStore(url: "unix://\(socket)", configuration: configuration)
        self.mistake = mistake
        deadline = configuration.deadline
    }

    func decide(_ request: DecisionRequest) async throws(WeirError) -> Verdict {
        do throws(WeirError) {
            return try await ask(request)
        } catch {
            guard mistake == .retryAfterUnknown, error.mayHaveCounted else { throw error }
            return try await ask(request)
        }
    }

    private func ask(_ request: DecisionRequest) async throws(WeirError) -> Verdict {
        do throws(RedisError) {
            return try await queue.answer(to: request, before: .now + deadline)
        } catch {
            throw WeirError(error)
        }
    }

    func usage(_ query: PoolQuery) async throws(WeirError) -> (verdict: Verdict, parts: [PartUsage]) {
        try await rest.usage(query)
    }

    func remove(_ keys: [[UInt8]]) async throws(WeirError) -> Int { try await rest.remove(keys) }

    func claim(_ key: [UInt8], for period: Int) async throws(WeirError) -> WarningClaim {
        try await rest.claim(key, for: period)
    }

    func change(_ change: LimitChange) async throws(WeirError) -> LimitChange.Outcome { try await rest.change(change) }
    func limits(_ key: [UInt8]) async throws(WeirError) -> [String: String] { try await rest.limits(key) }
    func connect() async throws(WeirError) { try await rest.connect() }

    func shutdown() async {
        await client.shutdown()
        await rest.shutdown()
    }
}

private struct MutantFormat: RequestFormat {
    let batchSize = 128
    let turnsAwayTheHopeless = true
    let script: Script
    let mistake: MutantStore.Mistake
    /// By how many microseconds this process's clock is off.
    let offset: Int

    func command(
        for requests: [DecisionRequest]
    ) -> (command: Command, read: @Sendable (Reply) -> [Verdict]?) {
        let batch = Batch(requests)
        let isSwapping = mistake == .swappedAnswers
        let time = mistake == .clientClock ? Int(Date().timeIntervalSince1970 * 1_000_000) + offset : nil
        return (
            batch.command(calling: script, at: time),
            { reply in
                guard var verdicts = batch.verdicts(in: reply).map(Array.init) else { return nil }
                for place in verdicts.indices.dropFirst() where isSwapping {
                    if requests[place].windows.count == requests[place - 1].windows.count {
                        verdicts.swapAt(place, place - 1)
                        break
                    }
                }
                return verdicts
            }
        )
    }
}

private struct MutantSource: QueueSource {
    let queue: RequestQueue<MutantFormat>
}
