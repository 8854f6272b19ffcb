internal import Glibc
internal import Hiredis
internal import LocalServers
internal import StressHistory

/// What can be done to a Redis that others are using.
///
/// Each function returns when it is over and Redis serves commands again. Commands go over a connection of their own
/// each time: no connection outlives these faults. If the task is cancelled they end early, but for a pause, which
/// nobody can take back; nothing is left behind.
struct RedisFaults: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let server: PrivateRedis

    /// Does again and again what a kind of fault says, for so long: `script-flush` or `client-kill`.
    func repeatedly(_ kind: Fault.Kind, for length: Duration) async throws {
        switch kind {
        case .scriptFlush: try await repeatedly(["SCRIPT", "FLUSH"], every: .milliseconds(20), for: length)
        case .clientKill:
            // Without our own connection, which could not read the answer.
            let words = ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]
            try await repeatedly(words, every: length / 3, for: length)
        default: throw Failure(description: "the fault \(kind.rawValue) is not a command")
        }
    }

    /// Does a command again and again for so long.
    private func repeatedly(_ words: [String], every pause: Duration, for length: Duration) async throws {
        let end = ContinuousClock.now + length
        repeat {
            try await order(words)
            try? await Task.sleep(for: pause)
        } while ContinuousClock.now < end && !Task.isCancelled
    }

    func freeze(for length: Duration) async throws {
        server.freeze()
        try? await Task.sleep(for: length)
        server.thaw()
        try await serverAnswers()
    }

    /// Ends Redis as a crash does, and starts it from its append-only file after so long.
    func restart(after length: Duration) async throws {
        try await OwnThread.run { [server] in server.kill() }
        try? await Task.sleep(for: length)
        try await OwnThread.run { [server] in try server.start() }
    }

    func pause(for length: Duration) async throws {
        try await order(["CLIENT", "PAUSE", "\(Int(length / .milliseconds(1)))", "ALL"])
        try? await Task.sleep(for: length)
        // Our own commands have to wait as well.
        try await serverAnswers()
    }

    /// Leaves no memory for writes.
    func starve(for length: Duration) async throws {
        try await order(["CONFIG", "SET", "maxmemory", "1"])
        try? await Task.sleep(for: length)
        try await order(["CONFIG", "SET", "maxmemory", "0"])
    }

    /// Keeps Redis in a script that does not end by itself; it can be killed, for it has written nothing.
    func occupy(for length: Duration) async throws {
        // Its connection gives up after a second, if not killed before; the script would run on.
        async let script = OwnThread.run { [server] in
            try? server.connection().reply(to: Command("EVAL", "while true do end", "0"))
        }
        try? await Task.sleep(for: length)
        try await order(["SCRIPT", "KILL"])
        _ = try await script
    }

    /// Makes Redis a replica that writes nothing, of a master that it does not find: so it loses nothing either.
    ///
    /// What expires meanwhile is gone for whoever asks, and removed when it is a master again.
    func demote(for length: Duration) async throws {
        // Nobody listens on port 1, or so one may hope: a master that answered would replace all data by its own.
        try await order(["REPLICAOF", "127.0.0.1", "1"])
        try? await Task.sleep(for: length)
        try await order(["REPLICAOF", "NO", "ONE"])
    }

    /// Lets all packets to and from Redis vanish, but not those of the connections for administration.
    func partition(for length: Duration) async throws {
        guard let namespace = server.namespace else {
            throw Failure(description: "a partition needs a Redis in a network namespace of its own")
        }
        try await OwnThread.run { try namespace.linkDown() }
        try? await Task.sleep(for: length)
        try await OwnThread.run { try namespace.linkUp() }
    }

    private func serverAnswers() async throws {
        try await OwnThread.run { [server] in try server.waitUntilItAnswers() }
    }

    /// Has Redis do a command; what it refuses or does not answer is tried again for ten seconds.
    ///
    /// On a thread that no cancellation reaches, so that what was begun is also ended.
    func order(_ words: [String]) async throws {
        try await OwnThread.run { [server] in
            var command = Command()
            for word in words { command.append(word) }
            let end = ContinuousClock.now + .seconds(10)
            while true {
                let reason: String
                do throws(RedisError) {
                    guard case .error(let error) = try server.connection().reply(to: command) else { return }
                    reason = error.message
                } catch {
                    reason = error.message
                }
                guard ContinuousClock.now < end else {
                    throw Failure(description: "Redis did not do \(words.joined(separator: " ")): \(reason)")
                }
                usleep(10_000)
            }
        }
    }
}
