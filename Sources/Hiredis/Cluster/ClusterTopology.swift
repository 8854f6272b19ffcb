/// What an instance knows of a cluster, and what to do about what its servers say.
///
/// A plain value that does no I/O: told what has happened, it answers what to do.
package struct ClusterTopology: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// A request on its way through the cluster.
    package struct Visit: Sendable {
        package let slot: HashSlot
        /// The server that the last one has named for this request alone.
        package fileprivate(set) var named: RedisAddress?
        fileprivate var hops = 0
        fileprivate var waits = 0

        package init(_ slot: HashSlot) { self.slot = slot }
    }

    /// Where a request goes next.
    package enum Target: Sendable, Equatable {
        case server(RedisAddress)
        /// The cluster is not known yet.
        case unknown
        /// No server has the slot, or the cluster cannot be known before somebody mends something.
        case nowhere(RedisError)
    }

    /// What becomes of a request that has failed.
    package enum Step: Sendable, Equatable {
        /// It has not run, and goes on where `target` says.
        case goOn
        /// The same after a while.
        case wait(Duration)
        case fail(RedisError)
    }

    private enum Looking: Sendable {
        case idle
        case waiting(Look)
        case looking
    }

    /// A look at the cluster that somebody is to take.
    package struct Look: Sendable, Equatable {
        package let start: Instant
        fileprivate let number: Int
    }

    /// How often a request is sent on.
    package static let mostHops = 5
    /// Between two looks at the cluster there is a random pause, below this at first.
    package static let firstPause = Duration.milliseconds(100)
    /// And never above this.
    package static let longestPause = Duration.milliseconds(1500)
    /// A request that found a slot halfway moved waits a random time below this, then below twice this, and so on.
    private static let firstWait = Duration.milliseconds(2)
    private static let longestWait = Duration.milliseconds(50)

    private let seeds: [RedisAddress]
    package private(set) var map: SlotMap?
    /// Why the cluster was not seen when somebody last looked, if so.
    package private(set) var lastFailure: RedisError?
    /// The servers to which there is no connection although there should be one.
    private var lost: Set<RedisAddress.Endpoint> = []
    private var looking = Looking.idle
    /// The servers that others have named since the last look, perhaps before they have any slot.
    private var named: Set<RedisAddress.Endpoint> = []
    private var isLookWanted = false
    private var lookFrom: Instant?
    private var lookNumber = 0
    private var backoff: Backoff

    /// A cluster of which nothing is known but some of its servers.
    package init(seeds: [RedisAddress]) {
        self.seeds = seeds
        backoff = Backoff()
        backoff.first = Self.firstPause
        backoff.longest = Self.longestPause
        backoff.healthy = .seconds(2)
    }

    // MARK: The way of a request

    /// The server that is to answer a request.
    package func target(of visit: Visit) -> Target {
        if let named = visit.named { return .server(named) }
        guard let map else {
            if let lastFailure, lastFailure.isPermanent { return .nowhere(lastFailure.whileConnecting) }
            return .unknown
        }
        if let address = map[visit.slot] { return .server(address) }
        return .nowhere(.uncovered(map))
    }

    /// A server has not answered a request with a result.
    ///
    /// - Parameters:
    ///   - visit: the request.
    ///   - server: who was asked.
    ///   - error: what it said, or what has become of the connection.
    ///   - random: a number in `0 ..< 1`.
    /// - Returns: what to do now.
    package mutating func failed(
        _ visit: inout Visit,
        at server: RedisAddress,
        with error: RedisError,
        random: Double
    ) -> Step {
        if let redirection = error.server.flatMap({ Redirection($0, from: server) }) {
            return follow(redirection, &visit, random: random)
        }
        // A redirection that cannot be followed is one to a server whose name nobody knows yet.
        if let code = error.server?.code, ["CLUSTERDOWN", "MOVED", "ASK"].contains(code) { isLookWanted = true }
        if Self.tellsOfAbsence.contains(error.code) { isLookWanted = true }
        // It has certainly not run, and the slot has moved while it waited: it is none the wiser where it was.
        guard !error.mayHaveRun, error.code != .cancelled, map?[visit.slot] != server else { return .fail(error) }
        return hop(&visit, to: nil, or: error)
    }

    private static let tellsOfAbsence: Set<RedisError.Code> = [.unreachable, .connectionLost, .timedOut, .shutDown]

    private mutating func follow(_ redirection: Redirection, _ visit: inout Visit, random: Double) -> Step {
        switch redirection {
        case .moved(let slot, let address):
            if map?[slot] != address {
                map?.move(slot, to: address)
                isLookWanted = true
            }
            return hop(&visit, to: nil, or: .tooManyRedirections)
        case .ask(let address):
            named.insert(address.endpoint)
            return hop(&visit, to: address, or: .tooManyRedirections)
        case .tryAgain:
            // Whoever says so will have all of the keys, or say where they are.
            visit.waits += 1
            return .wait(min(Self.longestWait, Self.firstWait * (1 << min(visit.waits, 8))) * random)
        }
    }

    private func hop(_ visit: inout Visit, to named: RedisAddress?, or error: RedisError) -> Step {
        guard visit.hops < Self.mostHops else { return .fail(error) }
        visit.hops += 1
        visit.named = named
        return .goOn
    }

    // MARK: Looking at the cluster

    /// The cluster has to be looked at; at once, if somebody waits to be told what is seen.
    package mutating func wantLook(atOnce: Bool = false) {
        isLookWanted = true
        guard atOnce else { return }
        lookFrom = nil
        if case .waiting = looking { looking = .idle }
    }

    /// A connection to a server was lost, or could not be made.
    package mutating func connectionLost(to server: RedisAddress, because error: RedisError) {
        // What only a person can mend says nothing of who has which slots.
        guard !error.isPermanent, error.code != .shutDown else { return }
        // Slots that moved may have made the pauses long; that a server is away is news of another kind.
        wantLook(atOnce: lost.insert(server.endpoint).inserted)
    }

    package mutating func connectionMade(to server: RedisAddress) { lost.remove(server.endpoint) }

    /// The look that somebody is to take from now on, if one is wanted and nobody has been told of it.
    ///
    /// One looks at a time; and the more often in a row that was needed, the longer is the pause before the next.
    package mutating func nextLook(at now: Instant) -> Look? {
        guard isLookWanted, case .idle = looking else { return nil }
        lookNumber += 1
        let look = Look(start: max(now, lookFrom ?? now), number: lookNumber)
        looking = .waiting(look)
        return look
    }

    /// Somebody begins to look; false if that is not wanted any more.
    package mutating func begin(_ look: Look) -> Bool {
        guard case .waiting(look) = looking else { return false }
        looking = .looking
        isLookWanted = false
        return true
    }

    /// Whom to ask: the servers that are known, those to which there is a connection first, and the seeds.
    package func candidates(using generator: inout some RandomNumberGenerator) -> [RedisAddress] {
        let known =
            (map?.primaries ?? []).shuffled(using: &generator) + (map?.replicas ?? []).shuffled(using: &generator)
        let living = known.filter { !lost.contains($0.endpoint) }
        var candidates: [RedisAddress] = []
        for address in living + seeds.shuffled(using: &generator) + known where !candidates.contains(address) {
            candidates.append(address)
        }
        return candidates
    }

    /// Somebody has looked at the cluster.
    ///
    /// - Parameters:
    ///   - result: what was seen, or why nothing was.
    ///   - now: the time.
    ///   - random: a number in `0 ..< 1`.
    /// - Returns: the servers that may be sent something, as far as it is known.
    @discardableResult
    package mutating func looked(
        _ result: Result<SlotMap, RedisError>,
        at now: Instant,
        random: Double
    ) -> Set<RedisAddress.Endpoint> {
        if let lookFrom { backoff.connectionLasted(lookFrom.duration(to: now)) }
        looking = .idle
        switch result {
        case .success(let seen):
            map = seen
            lastFailure = nil
            lost.formIntersection(seen.primaries.map(\.endpoint))
            // A server that is away has a replica that will take its place, and nobody tells us when.
            isLookWanted = !lost.isEmpty
        case .failure(let error):
            lastFailure = error
            if map != nil || !error.isPermanent { isLookWanted = true }
        }
        lookFrom = now + backoff.next(isPermanent: lastFailure?.isPermanent ?? false, random: random)
        defer { named = [] }
        return named.union((map?.primaries ?? []).map(\.endpoint))
    }
}

extension RedisError {
    static let tooManyRedirections = RedisError(
        .refused,
        "the servers of the cluster are not of one mind who has the slot: each names another",
        server: ServerError(message: "TRYAGAIN")
    )

    /// Some slots are nobody's.
    package static func uncovered(_ map: SlotMap) -> RedisError {
        let slots = map.uncovered
        let count = slots.reduce(0) { $0 + $1.count }
        let some = slots.prefix(3).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        let text = some.joined(separator: " ") + (slots.count > 3 ? " …" : "")
        return RedisError(
            .refused,
            "\(count) of the cluster's \(HashSlot.count) slots have no server (\(text)); \(map.adviceOnUncovered)",
            server: ServerError(message: "CLUSTERDOWN")
        )
    }
}
