internal import Hiredis

/// Waits until replicas have what the server had when it was asked.
///
/// It has a connection of its own: while `WAIT` waits, nothing else is answered there. `WAIT` tells of all that the server
/// had written when the connection's last command before it ran, whoever wrote it; so that is an `EXISTS` here, after the
/// change, or, if the connection is lost between the two, the handshake of the next one, which is later still. `EXISTS` is
/// about a key of the change, so that a server of a cluster that has given the slot away says who has it.
struct ReplicaWait: Sendable {
    private let redis: RedisAccess<RedisClient>

    init(url: String, configuration: RateLimiter.Configuration) throws(WeirError) {
        redis = try RedisAccess(url: url, configuration: configuration, patience: Durability.longestWait) {
            place throws(RedisError) in try place.connect()
        }
    }

    /// How many replicas, of the server that has run `change`, have all that was written there before this call.
    ///
    /// Another caller's wait may be in the way, so a call takes up to twice `time` and the deadline; then nobody knows.
    func replication(of change: Command, to count: Int, within time: Duration) async -> Replication {
        let milliseconds = (time.microseconds + 999) / 1000
        let acknowledged: Int?
        let wait = Command("WAIT", String(count), String(milliseconds))
        do throws(WeirError) {
            acknowledged = try await redis.answer(to: wait, after: change, patience: time) { $0.number }
        } catch {
            acknowledged = nil
        }
        return Replication(asked: count, acknowledged: acknowledged)
    }

    func connect() async throws(WeirError) { try await redis.connect() }

    func shutdown() async { await redis.deployment.shutdown() }
}
