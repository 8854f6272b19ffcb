internal import NIOCore
internal import NIOPosix
internal import SeededRandom

/// All connections through the proxy, and the fault of the moment.
///
/// Bound to the proxy's event loop.
final class ProxyTraffic {
    /// What is done to connections, and to those that come while it lasts.
    private struct Trouble {
        let fault: NetworkFault
        let share: FaultyProxy.Share
        /// Whose bytes dribble.
        let side: Relay.Side
        var generator: SeededGenerator
    }

    /// How many bytes pass before a cut, or before garbage: enough that it may hit any part of a batch.
    private static let bytesBefore = 0...4096

    private let eventLoop: any EventLoop
    private let socket: String
    private let ledger: ProxyLedger
    /// In the order in which they came, so that the same seed hits the same ones.
    private var relays: [Relay] = []
    private var trouble: Trouble?

    init(eventLoop: any EventLoop, socket: String, ledger: ProxyLedger) {
        self.eventLoop = eventLoop
        self.socket = socket
        self.ledger = ledger
    }

    // MARK: Connections

    /// Connects a new client to Redis; if that fails, the client's connection ends.
    func accept(_ client: any Channel) -> EventLoopFuture<Void> {
        let here = NIOLoopBound(self, eventLoop: eventLoop)
        return ClientBootstrap(group: eventLoop)
            // Until what is read has somewhere to go.
            .channelOption(.autoRead, value: false)
            .connect(unixDomainSocketPath: socket)
            .flatMapThrowing { server in try here.value.join(client, server) }
    }

    private func join(_ client: any Channel, _ server: any Channel) throws {
        let relay = Relay(client, to: server, ledger: ledger)
        do {
            try relay.start { [weak self] in self?.relays.removeAll { $0 === relay } }
            try server.syncOptions?.setOption(.autoRead, value: true)
        } catch {
            relay.close()
            throw error
        }
        relays.append(relay)
        guard var trouble else { return }
        if trouble.share == .all || trouble.generator.once(in: 2) { afflict(relay, &trouble) }
        self.trouble = trouble
    }

    func closeAll() {
        for relay in relays { relay.close() }
    }

    // MARK: Faults

    func begin(_ fault: NetworkFault, seed: UInt64, share: FaultyProxy.Share) {
        end()
        var generator = SeededGenerator(seed: seed)
        let side: Relay.Side = generator.once(in: 2) ? .client : .server
        let victims = share == .all ? relays : chosen(&generator)
        var trouble = Trouble(fault: fault, share: share, side: side, generator: generator)
        for relay in victims { afflict(relay, &trouble) }
        // A reset is over at once: who comes back is let in.
        if fault != .reset { self.trouble = trouble }
    }

    /// Each with a chance of one half, and one of them for certain.
    private func chosen(_ generator: inout SeededGenerator) -> [Relay] {
        let chosen = relays.filter { _ in generator.once(in: 2) }
        guard chosen.isEmpty, let one = relays.randomElement(using: &generator) else { return chosen }
        return [one]
    }

    private func afflict(_ relay: Relay, _ trouble: inout Trouble) {
        switch trouble.fault {
        case .cut: relay.cut(after: trouble.generator.number(Self.bytesBefore))
        case .garbage: relay.garble(after: trouble.generator.number(Self.bytesBefore))
        case .reset: relay.reset()
        case .delay:
            let seeds = (trouble.generator.next(), trouble.generator.next())
            relay.delay(requests: SeededGenerator(seed: seeds.0), replies: SeededGenerator(seed: seeds.1))
        case .dribble: relay.dribble(from: trouble.side)
        }
    }

    func end() {
        trouble = nil
        for relay in relays { relay.recover() }
    }
}
