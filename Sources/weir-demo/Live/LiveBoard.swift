#if Hummingbird
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import ServiceLifecycle
import Synchronization
import Weir

/// What the live page shows: this instance's own decisions, what its peers say of theirs, and the counts that all share.
///
/// It reads and never charges. What has to be asked for is asked for in the background, once a second for as long as somebody
/// looks: so however many look, Redis is asked no more, and the page comes at once even if Redis does not answer.
final class LiveBoard: Service {
    private static let interval = Duration.second
    /// For so long after the last look the counts are still read.
    private static let attention = Duration.seconds(5)
    private static let patience = TimeAmount.milliseconds(400)
    private static let mostWindows = 16

    private struct State {
        var counts = LiveCounts()
        var lastLook: ContinuousClock.Instant?
        var shared = Shared()
        /// By where they are, what the peers said last.
        var peers: [String: LiveReport] = [:]
    }

    /// What all instances count together, as it was read last.
    private struct Shared {
        var groups: [LiveGroup] = []
        var windows: [LiveWindow] = []
        var redis = LiveRedis(state: "", servers: [])
    }

    private let name: String
    private let limiter: RateLimiter
    private let keeper: QuotaKeeper
    private let keys: KeyScheme
    /// Where the other instances are.
    private let peers: [String]
    private let client = HTTPClient.shared
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(name: String, limiter: RateLimiter, keeper: QuotaKeeper, keys: KeyScheme, peers: [String]) {
        self.name = name
        self.limiter = limiter
        self.keeper = keeper
        self.keys = keys
        self.peers = peers
    }

    /// Notes a decision.
    func add(_ decision: Decision, on descriptor: Descriptor) {
        let group = descriptor[.group].map { String(decoding: $0.bytes, as: UTF8.self) }
        let second = Int(Date().timeIntervalSince1970)
        state.withLock { $0.counts.add(isAllowed: decision.isAllowed, descriptor, group: group, in: second) }
    }

    /// What this instance knows, without its peers.
    func ownReport() -> LiveReport {
        let (counts, shared) = state.withLock { state in
            state.lastLook = .now
            return (state.counts, state.shared)
        }
        let time = Date().timeIntervalSince1970
        let rates = counts.rates(before: Int(time))
        let own = LiveInstance(
            name: name,
            state: "up",
            seconds: Int((ContinuousClock.now - start).components.seconds),
            admitted: rates.admitted,
            refused: rates.refused
        )
        // How Redis is to be had is known without asking it.
        let redis = LiveRedis(state: limiter.readiness.description, servers: shared.redis.servers)
        return LiveReport(
            time: time,
            instances: [own],
            groups: shared.groups,
            windows: shared.windows,
            redis: redis
        )
    }

    /// What all instances know together.
    func report() -> LiveReport {
        let known = state.withLock { $0.peers }
        return LiveReport(merging: [ownReport()] + peers.compactMap { known[$0] })
    }

    /// Asks for what is not known, until the service's graceful shutdown begins.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let isWatched = self.state.withLock { $0.lastLook.map { .now - $0 < Self.attention } ?? false }
                if isWatched { await self.look() }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Reads the counts that all share, and asks the peers, all at once.
    func look() async {
        let counts = state.withLock { $0.counts }
        async let shared = Shared(
            groups: groups(counts.groups),
            windows: windows(counts.descriptors),
            redis: redis()
        )
        // Peers answer at once: what they say is shown even while Redis does not answer.
        let reports = await withTaskGroup(of: (String, LiveReport).self) { tasks in
            for peer in peers { tasks.addTask { [self] in (peer, await report(of: peer)) } }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        state.withLock { $0.peers = reports }
        let read = await shared
        state.withLock { $0.shared = read }
    }

    private func report(of peer: String) async -> LiveReport {
        do {
            let response = try await client.execute(
                HTTPClientRequest(url: "\(peer)/page/own.json"),
                timeout: Self.patience
            )
            let body = try await response.body.collect(upTo: 1 << 20)
            return try JSONDecoder().decode(LiveReport.self, from: Data(buffer: body))
        } catch {
            let name = state.withLock { $0.peers[peer]?.instances.first?.name }
            return LiveReport(gone: name ?? peer)
        }
    }

    private func groups(_ names: [String]) async -> [LiveGroup] {
        await withTaskGroup(of: LiveGroup?.self) { tasks in
            for name in names {
                tasks.addTask { [limiter] in
                    // Rules without a group have none to show.
                    guard let told = try? await limiter.usage(of: name) else { return nil }
                    return LiveGroup(
                        name: name,
                        limit: told.usage.limit,
                        used: told.usage.used,
                        reset: told.usage.reset / .seconds(1),
                        applications: told.applications.map { .init(name: $0.application, used: $0.used) }
                    )
                }
            }
            return await tasks.compactMap(\.self).reduce(into: []) { $0.append($1) }
        }
    }

    private func windows(_ descriptors: [Descriptor]) async -> [LiveWindow] {
        // Those of groups and their applications are shown apart.
        let ofGroups: Set<Descriptor.Part> = [.group, .application]
        let shown = Set(limiter.rules.filter { !ofGroups.isSuperset(of: $0.scope) }.map(\.name))
        let windows = await withTaskGroup(of: [LiveWindow].self) { tasks in
            for descriptor in descriptors {
                tasks.addTask { [self] in
                    let rules = (try? await limiter.peek(descriptor))?.rules ?? []
                    return rules.filter { shown.contains($0.rule) && $0.used > 0 }.compactMap { rule in
                        rule.limit.map { limit in
                            LiveWindow(
                                rule: rule.rule,
                                label: label(descriptor),
                                used: rule.used,
                                limit: limit,
                                reset: rule.reset / .seconds(1)
                            )
                        }
                    }
                }
            }
            return await tasks.reduce(into: []) { $0 += $1 }
        }
        return Array(windows.sorted { ($0.label, $0.rule) < ($1.label, $1.rule) }.prefix(Self.mostWindows))
    }

    /// The endpoint, and of the caller no more than the beginning of the hash that Redis has.
    private func label(_ descriptor: Descriptor) -> String {
        let endpoint = descriptor[.endpoint].map { String(decoding: $0.bytes, as: UTF8.self) }
        let caller = descriptor[.token].map { keys.encodedName(of: .token, $0).prefix(5) }
        let parts = [endpoint, caller.map { "t=\(String(decoding: $0, as: UTF8.self))…" }]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    private func redis() async -> LiveRedis {
        let servers = (try? await keeper.serverInformation()) ?? []
        return LiveRedis(state: limiter.readiness.description, servers: servers.map(LiveRedis.Server.init))
    }
}
#endif
