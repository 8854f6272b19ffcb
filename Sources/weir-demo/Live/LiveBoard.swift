#if Hummingbird
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import Synchronization
import Weir

/// What the live page shows: this instance's own decisions, what its peers say of theirs, and the counts that all share.
///
/// It reads and never charges. However many look at the page, Redis is asked once a second.
final class LiveBoard: Sendable {
    /// What one page asks for serves all who ask within so long.
    private static let freshness = Duration.milliseconds(900)
    private static let patience = TimeAmount.milliseconds(400)
    private static let mostWindows = 16

    private struct State {
        var counts = LiveCounts()
        var latest: (time: ContinuousClock.Instant, report: LiveReport)?
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
    func ownReport() async -> LiveReport {
        let recent = state.withLock { state -> LiveReport? in
            state.latest.flatMap { .now - $0.time < Self.freshness ? $0.report : nil }
        }
        if let recent { return recent }
        let counts = state.withLock { $0.counts }
        let time = Date().timeIntervalSince1970
        let rates = counts.rates(before: Int(time))
        let own = LiveInstance(
            name: name,
            state: "up",
            seconds: Int((ContinuousClock.now - start).components.seconds),
            admitted: rates.admitted,
            refused: rates.refused
        )
        let report = LiveReport(
            time: time,
            instances: [own],
            groups: await groups(counts.groups),
            windows: await windows(counts.descriptors),
            redis: await redis()
        )
        state.withLock { $0.latest = (.now, report) }
        return report
    }

    /// What all instances know together.
    func report() async -> LiveReport {
        async let own = ownReport()
        let others = await withTaskGroup(of: (Int, LiveReport).self) { tasks in
            for (place, peer) in peers.enumerated() {
                tasks.addTask { [self] in (place, await report(of: peer)) }
            }
            var reports: [(Int, LiveReport)] = []
            for await report in tasks { reports.append(report) }
            return reports.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return await LiveReport(merging: [own] + others)
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
            let silence = Array(repeating: 0, count: LiveCounts.seconds)
            let gone = LiveInstance(name: peer, state: "gone", seconds: 0, admitted: silence, refused: silence)
            return LiveReport(
                time: 0,
                instances: [gone],
                groups: [],
                windows: [],
                redis: LiveRedis(state: "", servers: [])
            )
        }
    }

    private func groups(_ names: [String]) async -> [LiveGroup] {
        var groups: [LiveGroup] = []
        for name in names {
            // Rules without a group have none to show.
            guard let told = try? await limiter.usage(of: name) else { continue }
            groups.append(
                LiveGroup(
                    name: name,
                    limit: told.usage.limit,
                    used: told.usage.used,
                    reset: told.usage.reset / .seconds(1),
                    applications: told.applications.map { .init(name: $0.application, used: $0.used) }
                )
            )
        }
        return groups
    }

    private func windows(_ descriptors: [Descriptor]) async -> [LiveWindow] {
        // Those of groups and their applications are shown apart.
        let ofGroups: Set<Descriptor.Part> = [.group, .application]
        let shown = Set(limiter.rules.filter { !ofGroups.isSuperset(of: $0.scope) }.map(\.name))
        var windows: [LiveWindow] = []
        for descriptor in descriptors {
            guard let usage = try? await limiter.peek(descriptor) else { continue }
            for rule in usage.rules where shown.contains(rule.rule) {
                guard let limit = rule.limit, rule.used > 0 else { continue }
                windows.append(
                    LiveWindow(
                        rule: rule.rule,
                        label: label(descriptor),
                        used: rule.used,
                        limit: limit,
                        reset: rule.reset / .seconds(1)
                    )
                )
            }
        }
        return Array(windows.sorted { $0.label < $1.label }.prefix(Self.mostWindows))
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

extension LiveReport {
    /// One report of several, the first of which is the asked instance's own.
    fileprivate init(merging reports: [LiveReport]) {
        time = reports.first?.time ?? 0
        instances = reports.flatMap(\.instances)
        redis = reports.first?.redis ?? LiveRedis(state: "", servers: [])
        groups = []
        windows = []
        // The counts are the same for all; the latest that was told of each is shown.
        for report in reports {
            for group in report.groups where !groups.contains(where: { $0.name == group.name }) { groups.append(group) }
            for window in report.windows
            where !windows.contains(where: { $0.label == window.label && $0.rule == window.rule }) {
                windows.append(window)
            }
        }
        groups.sort { $0.used > $1.used }
        windows.sort { ($0.label, $0.rule) < ($1.label, $1.rule) }
    }
}
#endif
