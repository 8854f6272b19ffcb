internal import Foundation
internal import Hiredis

extension PrivateSentinels {
    private static let patience = Duration.seconds(60)

    /// The port of the primary; all Sentinels that run have to agree on it.
    ///
    /// - Throws: if they do not, or if none runs.
    package func primary() throws -> Int {
        let named = try running.map { try $0.primary(named: settings.primaryName) }
        guard let first = named.first, let port = first, named.allSatisfy({ $0 == port }) else {
            throw Failure(description: "the Sentinels name \(named.map { $0.map(String.init) ?? "none" })")
        }
        return port
    }

    /// Ends the primary with SIGKILL.
    ///
    /// - Returns: its port.
    /// - Throws: if it is not known which one it is.
    @discardableResult
    package func killPrimary() throws -> Int {
        let port = try primary()
        try redis(at: port).kill()
        return port
    }

    /// Waits until all Sentinels that run name another primary, and it has become one.
    ///
    /// - Parameter port: of the old one.
    /// - Returns: the port of the new one.
    /// - Throws: if that takes longer than a minute.
    @discardableResult
    package func waitForAnotherPrimary(than port: Int) throws -> Int {
        try wait {
            let now = try primary()
            guard now != port else { return "the Sentinels still name the primary at port \(port)" }
            let role = try connection(to: now).info("replication", "role")
            return role == "master" ? nil : "the new primary at port \(now) is a \(role) still"
        }
        return try primary()
    }

    /// Has the Sentinels promote a replica while the primary runs, and waits until they name it.
    ///
    /// The old primary takes writes until they have told everybody, and becomes a replica about ten seconds later; what
    /// it took after the promotion is lost then.
    ///
    /// - Returns: the port of the new primary.
    /// - Throws: if it does not come about.
    @discardableResult
    package func failOver() throws -> Int {
        let old = try primary()
        try wait {
            guard let first = running.first else { return "no Sentinel runs" }
            let reply = try first.connection().reply(to: Command("SENTINEL", "FAILOVER", settings.primaryName))
            return reply == .status("OK") ? nil : "a Sentinel does not fail over: \(reply)"
        }
        return try waitForAnotherPrimary(than: old)
    }

    /// Starts a server that was killed again, as a replica of the primary, and waits until it has all data.
    ///
    /// - Parameter port: of the server.
    /// - Throws: if that takes longer than a minute.
    package func startAgain(_ port: Int) throws {
        try redis(at: port).stop()
        try start(port, replicaOf: try primary())
        try waitUntilInSync()
        try waitUntilComplete()
    }

    /// Waits until every replica that runs has all that the primary has done by now.
    ///
    /// - Throws: what was in the way, if that takes longer than a minute.
    package func waitUntilInSync() throws { try waitUntilInSync(with: try primary()) }

    func waitUntilInSync(with primary: Int) throws {
        var goal = ""
        try wait {
            goal = try connection(to: primary).info("replication", "master_repl_offset")
            return nil
        }
        try wait {
            for port in ports where try port != primary && redis(at: port).processIdentifier != nil {
                let replica = try connection(to: port)
                guard try replica.info("replication", "master_link_status") == "up",
                    try replica.info("replication", "master_port") == "\(primary)",
                    let done = Int(try replica.info("replication", "slave_repl_offset")), done >= Int(goal) ?? .max
                else { return "the replica at port \(port) does not have the data of the primary" }
            }
            return nil
        }
    }

    /// Waits until all Sentinels that run are in touch with all servers that run and with each other.
    ///
    /// - Throws: what was in the way, if that takes longer than a minute.
    package func waitUntilComplete() throws {
        try wait {
            let primary = try primary()
            let replicas = try ports.filter { try $0 != primary && redis(at: $0).processIdentifier != nil }
            for sentinel in running {
                let known = try sentinel.known("REPLICAS", of: settings.primaryName)
                let usable = known.filter { $0["flags"] == "slave" && $0["master-link-status"] == "ok" }
                guard Set(usable.compactMap { $0["port"] }).isSuperset(of: replicas.map(String.init)) else {
                    return "the Sentinel at port \(sentinel.port) knows only \(usable.count) replicas"
                }
                let others = try sentinel.known("SENTINELS", of: settings.primaryName).filter {
                    $0["flags"] == "sentinel"
                }
                guard others.count >= running.count - 1 else {
                    return "the Sentinel at port \(sentinel.port) knows only \(others.count) others"
                }
            }
            return nil
        }
    }

    private var running: [SentinelServer] { sentinels.filter { $0.processIdentifier != nil } }

    /// Waits until nothing is in the way any more.
    ///
    /// - Parameter objection: looks, and tells or throws what is in the way.
    /// - Throws: what is still in the way after a minute.
    private func wait(until objection: () throws -> String?) throws {
        let end = ContinuousClock.now + Self.patience
        while true {
            var reason: String?
            do { reason = try objection() } catch { reason = "\(error)" }
            guard let reason else { return }
            guard ContinuousClock.now < end else { throw Failure(description: "after \(Self.patience): \(reason)") }
            usleep(20_000)
        }
    }
}
