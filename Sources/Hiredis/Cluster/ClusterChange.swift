internal import Logging

/// What is new in a cluster, for people.
enum ClusterChange: Sendable, Equatable {
    case found(servers: Int)
    case changed(servers: Int, uncovered: Int)
    case notSeen(reason: String)

    /// Nil if there is nothing that has not been told.
    init?(from map: SlotMap?, _ failure: RedisError?, to result: Result<SlotMap, RedisError>) {
        switch result {
        case .success(let seen) where map == nil: self = .found(servers: seen.primaries.count)
        case .success(let seen):
            guard seen.primaries.sorted() != map?.primaries.sorted() || seen.uncovered != map?.uncovered else {
                return nil
            }
            self = .changed(servers: seen.primaries.count, uncovered: seen.uncovered.reduce(0) { $0 + $1.count })
        case .failure(let error):
            guard error.message != failure?.message else { return nil }
            self = .notSeen(reason: error.message)
        }
    }

    func log(to logger: Logger) {
        switch self {
        case .found(let servers):
            logger.debug("found the Redis cluster", metadata: ["primaries": "\(servers)"])
        case .changed(let servers, let uncovered):
            logger.notice(
                "the Redis cluster has changed",
                metadata: ["primaries": "\(servers)", "uncovered": "\(uncovered)"]
            )
        case .notSeen(let reason):
            logger.warning("the Redis cluster does not say who has which slots", metadata: ["reason": "\(reason)"])
        }
    }
}

extension [RedisAddress] {
    /// In one order, whoever has named them.
    fileprivate func sorted() -> [String] { map(\.description).sorted() }
}
