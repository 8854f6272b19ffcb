/// What a ``PrivateCluster`` is to be like.
package struct ClusterSettings: Sendable {
    /// How many primaries; without three nobody promotes a replica by itself.
    package var primaries = 3
    /// How many replicas each of them has.
    package var replicas = 1
    /// After how much silence a node is taken for dead.
    package var nodeTimeout = Duration.milliseconds(1500)
    /// Whether a single slot that nobody serves stops them all.
    package var needsFullCoverage = false
    /// Of the default user, with which nodes talk to each other too; nil for none.
    package var password: String?
    /// With them all is TLS, also between nodes.
    package var certificates: Certificates?
    /// Further settings of `redis.conf` for every node, by name, such as `aclfile`.
    package var options: [String: String] = [:]

    package init() {}

    /// What a node is started with, by name.
    func options(port: Int, configurationFile: String) -> [String: String] {
        var all = [
            "port": "\(port)",
            "cluster-enabled": "yes",
            "cluster-config-file": configurationFile,
            "cluster-node-timeout": "\(Int(nodeTimeout / .milliseconds(1)))",
            "cluster-require-full-coverage": needsFullCoverage ? "yes" : "no",
            "cluster-allow-replica-migration": "no",
            "appendonly": "no",
            // A replica is there as soon as it asks.
            "repl-diskless-sync": "yes",
            "repl-diskless-sync-delay": "0",
            "loglevel": "notice",
        ]
        if let password { all.merge(["requirepass": password, "masterauth": password]) { $1 } }
        if let certificates {
            all.merge(certificates.settings()) { $1 }
            let more = [
                "port": "0", "tls-port": "\(port)", "tls-cluster": "yes", "tls-replication": "yes",
                // A node is the client of another one, which wants to see a certificate whatever it wants of others.
                "tls-client-cert-file": certificates.client.certificateFile,
                "tls-client-key-file": certificates.client.privateKeyFile,
            ]
            all.merge(more) { $1 }
        }
        return all.merging(options) { $1 }
    }
}
