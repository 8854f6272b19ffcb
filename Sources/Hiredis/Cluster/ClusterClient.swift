package import Logging
internal import Synchronization

/// Connections to the servers of a cluster, one to each that is in use, and the way of each request to the right one.
///
/// What is known of the cluster, and all that follows from it, is in `ClusterTopology`; this asks and connects.
package final class ClusterClient<Server: ClusterServer>: Sendable {
    /// Makes what is to be had for a server, of which can be asked whether it has a slot.
    package typealias MakeServer =
        @Sendable (
            RedisAddress, ConnectionOptions, @escaping @Sendable (HashSlot) -> Bool
        ) throws(RedisError) -> Server

    /// A server, and a number that no other has: one that comes back is another one.
    private struct Member {
        let server: Server
        let number: Int
    }

    private struct State {
        var topology: ClusterTopology
        var members: [RedisAddress.Endpoint: Member] = [:]
        /// Those that have no slots any more, by number, until they have ended.
        var leaving: [Int: Server] = [:]
        var lastNumber = 0
        var isShutDown = false
        /// How often somebody has looked at the cluster.
        var looks = 0
        /// The attempts of connections that are no more.
        var formerAttempts = 0
        /// Those who want to know what the next look shows.
        var waitingForLook: [CheckedContinuation<Result<SlotMap, RedisError>, Never>] = []
    }

    /// How connections are made; `connectionChanged` is not among it.
    private let options: ConnectionOptions
    private let logger: Logger
    private let makeServer: MakeServer
    private let state: Mutex<State>
    private let waiters: ClusterWaiters

    /// A cluster that is looked at when there is something to send.
    ///
    /// - Parameters:
    ///   - seeds: some of its servers.
    ///   - options: how connections are made.
    ///   - capacity: how many requests may wait until the cluster is known.
    ///   - logger: is told what changes.
    ///   - makeServer: called for each server when it is first needed.
    package init(
        seeds: [RedisAddress],
        options: ConnectionOptions,
        capacity: Int,
        logger: Logger,
        makeServer: @escaping MakeServer
    ) {
        self.options = options
        self.logger = logger
        self.makeServer = makeServer
        waiters = ClusterWaiters(capacity: capacity)
        state = Mutex(State(topology: ClusterTopology(seeds: seeds)))
    }

    // MARK: Requests

    /// Has a request answered by the server that has its slot, wherever that is sent on to.
    ///
    /// - Parameters:
    ///   - slot: of the request's keys.
    ///   - deadline: when nobody needs the answer any more.
    ///   - ask: asks a server; the second argument is whether the server was named by another and is to be told so.
    /// - Returns: the answer.
    /// - Throws: what the server said in the end, or why there is none.
    package func answer<Answer: Sendable>(
        in slot: HashSlot,
        before deadline: ContinuousClock.Instant,
        _ ask: (Server, Bool) async throws(RedisError) -> Answer
    ) async throws(RedisError) -> Answer {
        var visit = ClusterTopology.Visit(slot)
        while true {
            let (server, address) = try await server(for: visit, before: deadline)
            let failure: RedisError
            do throws(RedisError) { return try await ask(server, visit.named != nil) } catch { failure = error }
            let step = state.withLock { state in
                state.topology.failed(&visit, at: address, with: failure, random: .random(in: 0..<1))
            }
            lookIfWanted()
            switch step {
            case .fail(let error): throw error
            case .goOn: guard ContinuousClock.now < deadline else { throw failure }
            case .wait(let time):
                guard ContinuousClock.now + time < deadline else { throw failure }
                try await pause(time)
            }
        }
    }

    private func server(
        for visit: ClusterTopology.Visit,
        before deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> (Server, RedisAddress) {
        while true {
            let news = waiters.news
            let target = state.withLock { state in
                if state.isShutDown { return ClusterTopology.Target.nowhere(.shutDown) }
                let target = state.topology.target(of: visit)
                if case .server = target {} else { state.topology.wantLook() }
                return target
            }
            switch target {
            case .server(let address): return (try server(at: address), address)
            case .nowhere(let error):
                lookIfWanted()
                throw error
            case .unknown:
                lookIfWanted()
                try await waiters.wait(since: news, before: deadline)
            }
        }
    }

    private func pause(_ time: Duration) async throws(RedisError) {
        do { try await Task.sleep(for: time) } catch { throw .cancelled(mayHaveRun: false) }
    }

    /// What there is for a server; made when it is first needed.
    private func server(at address: RedisAddress) throws(RedisError) -> Server {
        try state.withLock { state throws(RedisError) in
            if let member = state.members[address.endpoint] { return member.server }
            if state.isShutDown { throw .shutDown }
            state.lastNumber += 1
            let number = state.lastNumber
            var options = options
            options.connectionChanged = { [weak self] result in self?.connectionChanged(to: address, number, result) }
            let server = try makeServer(address, options) { [weak self] slot in
                self?.server(of: slot) == address.endpoint
            }
            state.members[address.endpoint] = Member(server: server, number: number)
            return server
        }
    }

    private func connectionChanged(to address: RedisAddress, _ number: Int, _ result: Result<Void, RedisError>) {
        state.withLock { state in
            // The end of a connection that was given up is no news.
            guard state.members[address.endpoint]?.number == number, !state.isShutDown else { return }
            switch result {
            case .success: state.topology.connectionMade(to: address)
            case .failure(let error): state.topology.connectionLost(to: address, because: error)
            }
        }
        lookIfWanted()
    }

    // MARK: Looking

    private func lookIfWanted() {
        let look = state.withLock { state in state.isShutDown ? nil : state.topology.nextLook(at: .now) }
        guard let look else { return }
        Task { [weak self] in
            try? await Task.sleep(until: look.start, clock: .continuous)
            self?.perform(look)
        }
    }

    /// Looks at the cluster, on a thread of its own: it blocks.
    private func perform(_ look: ClusterTopology.Look) {
        let candidates: [RedisAddress]? = state.withLock { state in
            guard !state.isShutDown, state.topology.begin(look) else { return nil }
            state.looks += 1
            var generator = SystemRandomNumberGenerator()
            return state.topology.candidates(using: &generator)
        }
        guard let candidates else { return }
        let look = ClusterLook(candidates: candidates, options: options)
        do throws(RedisError) {
            try SystemThread.start(named: "weir-cluster") { [weak self] in
                let result = Result { () throws(RedisError) in try look.perform() }
                self?.looked(result)
            }
        } catch {
            looked(.failure(error))
        }
    }

    private func looked(_ result: Result<SlotMap, RedisError>) {
        let (former, waiting, before) = state.withLock { state in
            let before = (map: state.topology.map, failure: state.topology.lastFailure)
            let inUse = state.topology.looked(result, at: .now, random: .random(in: 0..<1))
            let former = state.members.filter { !inUse.contains($0.key) }
            for (endpoint, member) in former {
                state.members[endpoint] = nil
                state.leaving[member.number] = member.server
            }
            defer { state.waitingForLook = [] }
            return (former.values, state.waitingForLook, before)
        }
        for member in former { retire(member) }
        if case .failure(let error) = result { waiters.tell(error) } else { waiters.tell(nil) }
        for continuation in waiting { continuation.resume(returning: result) }
        ClusterChange(from: before.map, before.failure, to: result)?.log(to: logger)
        lookIfWanted()
    }

    /// A server has no slots any more: who waits there is sent on.
    private func retire(_ member: Member) {
        member.server.client.retire(with: .noLongerThere)
        Task { [weak self] in
            await member.server.client.shutdown()
            self?.state.withLock { state in
                state.leaving[member.number] = nil
                state.formerAttempts += member.server.client.connectionAttempts
            }
        }
    }

    // MARK: Everything

    /// Connects to all servers that have slots, and returns once it is known whether that can be done.
    package func connect() async throws(RedisError) {
        let map = try await currentMap()
        if !map.uncovered.isEmpty { throw .uncovered(map) }
        for result in await each(in: map, { server throws(RedisError) in try await server.client.connect() }) {
            try result.get()
        }
    }

    /// Asks all servers that have slots.
    package func answers<Answer: Sendable>(
        _ ask: @escaping @Sendable (Server) async throws(RedisError) -> Answer
    ) async throws(RedisError) -> [Answer] {
        var answers: [Answer] = []
        for result in await each(in: try await currentMap(), ask) { answers.append(try result.get()) }
        return answers
    }

    private func each<Answer: Sendable>(
        in map: SlotMap,
        _ ask: @escaping @Sendable (Server) async throws(RedisError) -> Answer
    ) async -> [Result<Answer, RedisError>] {
        await withTaskGroup { group in
            for address in map.primaries {
                group.addTask {
                    await self.result(of: ask, at: address)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func result<Answer: Sendable>(
        of ask: @Sendable (Server) async throws(RedisError) -> Answer,
        at address: RedisAddress
    ) async -> Result<Answer, RedisError> {
        do throws(RedisError) { return .success(try await ask(server(at: address))) } catch { return .failure(error) }
    }

    /// What the next look shows.
    private func currentMap() async throws(RedisError) -> SlotMap {
        let result = await withCheckedContinuation { continuation in
            let isShutDown = state.withLock { state in
                guard !state.isShutDown else { return true }
                state.waitingForLook.append(continuation)
                state.topology.wantLook(atOnce: true)
                return false
            }
            if isShutDown { continuation.resume(returning: .failure(.shutDown)) }
            lookIfWanted()
        }
        do throws(RedisError) { return try result.get() } catch { throw error.whileConnecting }
    }

    /// The server that has a slot, as far as it is known.
    package func server(of slot: HashSlot) -> RedisAddress.Endpoint? {
        state.withLock { $0.topology.map?[slot]?.endpoint }
    }

    /// The servers that have slots, as far as they are known.
    package var primaries: [RedisAddress.Endpoint] {
        state.withLock { $0.topology.map?.primaries.map(\.endpoint) ?? [] }
    }

    /// How it stands with the connections to the servers that have slots and are in use: as with the worst of them.
    ///
    /// A server that nobody has asked yet has no connection, and needs none.
    package var connectionState: ConnectionState {
        let (map, failure, servers, isShutDown) = state.withLock { state in
            (state.topology.map, state.topology.lastFailure, state.members.values.map(\.server), state.isShutDown)
        }
        if isShutDown { return .ended }
        guard let map else { return failure.map { .failed($0, wasConnected: false) } ?? .connecting }
        let failures = servers.compactMap { server in
            if case .failed(let error, _) = server.client.state { error } else { nil as RedisError? }
        }
        // The cluster was seen, so it has been there, whatever became of the connection to one of its servers since.
        if let worst = failures.first(where: \.isPermanent) ?? failures.first {
            return .failed(worst, wasConnected: true)
        }
        return map.uncovered.isEmpty ? .connected : .incomplete
    }

    /// How often a connection was tried so far, to any server and for whatever purpose.
    package var connectionAttempts: Int {
        state.withLock { state in
            (state.members.values.map(\.server) + state.leaving.values)
                .reduce(state.formerAttempts + state.looks) { $0 + $1.client.connectionAttempts }
        }
    }

    /// Lets what waits finish, and closes all connections.
    package func shutdown() async {
        let (servers, waiting) = state.withLock { state in
            state.isShutDown = true
            defer { state.waitingForLook = [] }
            return (state.members.values.map(\.server) + state.leaving.values, state.waitingForLook)
        }
        waiters.close()
        for continuation in waiting { continuation.resume(returning: .failure(.shutDown)) }
        await withTaskGroup { group in
            for server in servers { group.addTask { await server.client.shutdown() } }
        }
    }
}

extension RedisError {
    static let noLongerThere = RedisError(.unreachable, "the server has no slots of the cluster any more")
}
