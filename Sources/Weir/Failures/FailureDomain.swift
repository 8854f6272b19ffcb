package import Hiredis

/// What fails as a whole: the only Redis, or one server of a cluster.
package struct FailureDomain: Sendable, Hashable {
    /// All that there is, or what is not known to be only a part.
    package static let everything = FailureDomain(server: nil)

    private let server: RedisAddress.Endpoint?

    private init(server: RedisAddress.Endpoint?) { self.server = server }

    package init(server: RedisAddress.Endpoint) { self.init(server: .some(server)) }

    /// For a log; nil for everything.
    var name: String? { server?.description }
}
