/// A question to some server of a cluster: who has which slots.
///
/// Each has a connection of its own, for the one to a server that is away is of no use, and the others are busy.
package struct ClusterLook: Sendable {
    /// Whom to ask, until one has answered.
    let candidates: [RedisAddress]
    let options: ConnectionOptions

    /// No server may take more of the time than this part of what is left.
    private static let share = 4

    package init(candidates: [RedisAddress], options: ConnectionOptions) {
        self.candidates = candidates
        self.options = options
    }

    /// Asks; blocks until one has answered or all have failed, at most as long as connecting may take.
    package func perform() throws(RedisError) -> SlotMap {
        let deadline = ContinuousClock.now + options.connectTimeout
        var failures: [RedisError] = []
        for (index, candidate) in candidates.enumerated() {
            let rest = deadline - .now
            guard rest > .zero else { break }
            do throws(RedisError) {
                return try map(of: candidate, within: rest / min(Self.share, candidates.count - index))
            } catch {
                failures.append(error)
            }
        }
        throw Self.summary(of: failures)
    }

    private func map(of server: RedisAddress, within time: Duration) throws(RedisError) -> SlotMap {
        var options = ConnectionOptions()
        options.clientName = self.options.clientName
        options.connectTimeout = time
        options.credentials = self.options.credentials
        options.tls = self.options.tls
        // A replica knows as well.
        options.needsPrimary = false
        let connection = try Handshake(locator: server, options: options).perform().connection
        let question = Command("CLUSTER", "SLOTS")
        let reply = try connection.ask([(question, false)], before: .now + time).first ?? .null
        if case .error(let error) = reply { throw Self.explained(error) }
        guard let map = SlotMap(reply, from: server) else { throw .strangeReply }
        guard !map.primaries.isEmpty else {
            throw RedisError(.unreachable, "the server knows of no slots; \(map.adviceOnUncovered)")
        }
        return map
    }

    private static func explained(_ error: ServerError) -> RedisError {
        guard !error.message.contains("cluster support disabled") else {
            return RedisError(
                .unsuitable,
                "this Redis has no part in a cluster (cluster-enabled no): write redis:// in place of redis+cluster://"
            )
        }
        return RedisError(error).advised
    }

    /// One failure for all: for a person to mend only if each is, for the others may come back.
    private static func summary(of failures: [RedisError]) -> RedisError {
        guard let telling = failures.last(where: { !$0.isPermanent }) ?? failures.first else {
            return RedisError(.unreachable, "no server of the cluster answered in time")
        }
        guard failures.count > 1 else { return telling }
        var text = "none of the \(failures.count) servers asked tells who has which slots: \(telling.message)"
        if !telling.isPermanent, let wrong = failures.first(where: \.isPermanent) {
            text += "; and one is no such server: \(wrong.message)"
        }
        return telling.saying(text)
    }
}
