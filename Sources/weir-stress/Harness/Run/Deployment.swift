internal import LocalServers

/// What was started for a run, and ends with it.
enum Deployment: Sendable {
    case single(PrivateRedis)
    case cluster(PrivateCluster)
    case sentinels(PrivateSentinels)

    /// Where it is, for whoever reads a report.
    var place: String {
        switch self {
        case .single(let redis): redis.namespace == nil ? "a private Redis" : "a private Redis behind a link"
        case .cluster(let cluster): "a private cluster of \(cluster.processIdentifiers.count) nodes"
        case .sentinels(let sentinels):
            "a private primary with \(sentinels.ports.count - 1) replicas, behind \(sentinels.sentinels.count) Sentinels"
        }
    }

    var url: String {
        switch self {
        case .single(let redis): redis.url
        case .cluster(let cluster): cluster.url
        case .sentinels(let sentinels): sentinels.url
        }
    }

    /// The same as the workers reach it, without a proxy.
    var workerURL: String {
        guard case .single(let redis) = self else { return url }
        return redis.linkURL ?? url
    }

    /// The processes that have data now.
    var processIdentifiers: [Int32] {
        switch self {
        case .single(let redis): redis.processIdentifier.map { [$0] } ?? []
        case .cluster(let cluster): cluster.processIdentifiers
        case .sentinels(let sentinels):
            sentinels.ports.compactMap { try? sentinels.redis(at: $0).processIdentifier }
        }
    }

    /// Ends all of it; blocks.
    func stop() {
        switch self {
        case .single(let redis):
            redis.stop()
            redis.namespace?.remove()
        case .cluster(let cluster): cluster.stop()
        case .sentinels(let sentinels): sentinels.stop()
        }
    }
}
