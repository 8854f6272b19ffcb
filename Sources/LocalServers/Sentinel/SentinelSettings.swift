/// What ``PrivateSentinels`` are to be like.
package struct SentinelSettings: Sendable {
    /// What they call the primary and its replicas.
    package var primaryName = "weir"
    package var replicas = 2
    /// How many Sentinels; more than half of them have to agree.
    package var sentinels = 3
    /// After how much silence a server is taken for dead.
    package var downAfter = Duration.milliseconds(1500)
    /// After how long a promotion that does not come about is given up; twice as long after its start the next begins.
    package var failoverTimeout = Duration.seconds(4)
    /// Of the default user of the servers with data, with which they talk to each other too; nil for none.
    package var password: String?
    /// Of the default user of the Sentinels; nil for none.
    package var sentinelPassword: String?
    /// With them the servers with data speak TLS alone, and the Sentinels have a port with TLS beside the one without.
    package var certificates: Certificates?
    /// Further settings of `redis.conf` for every server with data, by name, such as `aclfile`.
    package var options: [String: String] = [:]

    package init() {}

    /// What a server with data is started with, by name.
    ///
    /// - Parameters:
    ///   - port: where it listens.
    ///   - primary: the port of its primary; nil if it is the primary.
    /// - Returns: the settings.
    func options(port: Int, replicaOf primary: Int?) -> [String: String] {
        var all = [
            "port": "\(port)",
            // A replica is there as soon as it asks.
            "repl-diskless-sync": "yes",
            "repl-diskless-sync-delay": "0",
            "repl-ping-replica-period": "1",
        ]
        if let primary { all["replicaof"] = "\(LoopbackPort.host) \(primary)" }
        if let password { all.merge(["requirepass": password, "masterauth": password]) { $1 } }
        if let certificates {
            all.merge(certificates.settings()) { $1 }
            all.merge(["port": "0", "tls-port": "\(port)", "tls-replication": "yes"]) { $1 }
            all.merge(clientSettings(certificates)) { $1 }
        }
        return all.merging(options) { $1 }
    }

    /// What `sentinel.conf` says.
    ///
    /// They know each other and the replicas from the beginning, so that nobody has to wait until they have met.
    ///
    /// - Parameters:
    ///   - sentinel: the one that it is for.
    ///   - others: the other ones.
    ///   - primary: the port of the primary.
    ///   - replicas: the ports of the replicas.
    /// - Returns: the file's text.
    func configuration(
        of sentinel: SentinelServer.Place,
        others: [SentinelServer.Place],
        primary: Int,
        replicas: [Int]
    ) -> String {
        let (name, host) = (primaryName, LoopbackPort.host)
        var lines = ["bind \(host)", "port \(sentinel.port)"]
        if let sentinelPassword { lines.append("requirepass \"\(sentinelPassword)\"") }
        if let certificates {
            let settings = certificates.settings().merging(clientSettings(certificates)) { $1 }
            lines += settings.sorted { $0.key < $1.key }.map { "\($0.key) \"\($0.value)\"" }
            // With it, Sentinels speak TLS with whomever they connect to.
            lines += ["tls-port \(sentinel.encryptedPort)", "tls-replication yes"]
        }
        lines += [
            "sentinel myid \(sentinel.id)",
            "sentinel monitor \(name) \(host) \(primary) \(sentinels / 2 + 1)",
            "sentinel down-after-milliseconds \(name) \(Int(downAfter / .milliseconds(1)))",
            "sentinel failover-timeout \(name) \(Int(failoverTimeout / .milliseconds(1)))",
            "sentinel parallel-syncs \(name) \(max(1, self.replicas))",
        ]
        if let password { lines.append("sentinel auth-pass \(name) \"\(password)\"") }
        lines += replicas.map { "sentinel known-replica \(name) \(host) \($0)" }
        for other in others {
            let port = certificates == nil ? other.port : other.encryptedPort
            lines.append("sentinel known-sentinel \(name) \(host) \(port) \(other.id)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A server is the client of another one, which wants to see a certificate whatever it wants of others.
    private func clientSettings(_ certificates: Certificates) -> [String: String] {
        [
            "tls-client-cert-file": certificates.client.certificateFile,
            "tls-client-key-file": certificates.client.privateKeyFile,
        ]
    }
}
