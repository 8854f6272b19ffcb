internal import Foundation
internal import Hiredis

extension PrivateCluster {
    /// Starts all nodes, and makes them one cluster.
    func form() throws {
        let orders = ClusterOrders()
        for place in 0..<settings.primaries { add(try startPrimary(place, orders)) }
        let primaries = servers
        var replicas: [(server: ClusterMember, primary: ClusterMember)] = []
        for primary in primaries {
            for _ in 0..<settings.replicas {
                let server = try startEmpty()
                add(server)
                replicas.append((server, primary))
            }
        }
        // Everybody meets everybody: what spreads by hearsay takes its time.
        for (place, server) in servers.enumerated() {
            for other in servers[(place + 1)...] { try meet(server, other, orders) }
        }
        for (server, primary) in replicas { try replicate(server, primary.id, orders) }
        if settings.needsFullCoverage {
            for server in primaries { try orders.order(server, "CONFIG", "SET", Self.fullCoverage, "yes") }
        }
        try waitUntilAgreed()
        try waitUntilInSync()
    }

    private static let fullCoverage = "cluster-require-full-coverage"

    /// Starts a primary that serves its part of the slots at once.
    ///
    /// A primary that starts refuses everything for two seconds, for it may have been away; a replica does not. So it
    /// starts as the replica of a primary that never was, and takes over from that one.
    private func startPrimary(_ place: Int, _ orders: ClusterOrders) throws -> ClusterMember {
        func bound(_ place: Int) -> Int {
            (place * SlotRanges.all.count + settings.primaries / 2) / settings.primaries
        }
        let slots = "\(bound(place))-\(bound(place + 1) - 1)"
        let (nobody, epoch) = (Self.newIdentifier(), place + 1)
        let server = try start { id, address in
            """
            \(id) \(address) myself,slave \(nobody) 0 0 0 connected
            \(nobody) \(Self.host):1@\(ClusterPort.bus(of: 1)) master - 0 0 \(epoch) connected \(slots)
            vars currentEpoch \(epoch) lastVoteEpoch 0

            """
        }
        // As yet it knows of no slots but its own.
        if settings.needsFullCoverage { try orders.order(server, "CONFIG", "SET", Self.fullCoverage, "no") }
        try wait { try orders.view(of: server).isServing ? nil : "\(server.address) does not serve keys" }
        try orders.order(server, "CLUSTER", "FAILOVER", "TAKEOVER")
        try orders.order(server, "CLUSTER", "FORGET", nobody)
        return server
    }

    /// Starts a node that knows of no other.
    func startEmpty() throws -> ClusterMember {
        try start { id, address in
            """
            \(id) \(address) myself,master - 0 0 0 connected
            vars currentEpoch 0 lastVoteEpoch 0

            """
        }
    }

    /// Starts a node with notes of a cluster, which follow from its identifier and its address.
    private func start(_ notes: (_ id: String, _ address: String) -> String) throws -> ClusterMember {
        for _ in 0..<20 {
            let (port, id) = (try ClusterPort.free(), Self.newIdentifier())
            let file = directory.appending(path: "\(id).conf")
            let text = notes(id, "\(Self.host):\(port)@\(ClusterPort.bus(of: port))")
            try Data(text.utf8).write(to: file)
            do {
                let options = settings.options(port: port, configurationFile: file.path)
                let redis = try PrivateRedis(named: "weir-cluster-node", options: options)
                let address = RedisAddress(
                    endpoint: .tcp(host: Self.host, port: port),
                    isEncrypted: settings.certificates != nil,
                    password: settings.password.map { Secret($0) }
                )
                return ClusterMember(id: id, address: address, redis: redis)
            } catch let failure as PrivateRedis.Failure where failure.description.contains("already in use") {
                // Somebody was quicker.
                continue
            }
        }
        throw Failure(description: "no node of a cluster could have a port: somebody else was always quicker")
    }

    func meet(_ server: ClusterMember, _ other: ClusterMember, _ orders: ClusterOrders) throws {
        try orders.order(server, "CLUSTER", "MEET", Self.host, "\(other.port)")
    }

    /// Makes a node a replica, as soon as it knows its primary.
    func replicate(_ server: ClusterMember, _ primary: String, _ orders: ClusterOrders) throws {
        try wait {
            let known = try orders.view(of: server)[primary]
            guard let known, !known.flags.contains("handshake") else {
                return "\(server.address) does not know its primary"
            }
            return nil
        }
        try orders.order(server, "CLUSTER", "REPLICATE", primary)
    }

    /// As Redis makes them: 40 hexadecimal digits.
    private static func newIdentifier() -> String {
        (0..<20).map { _ in String(format: "%02x", UInt8.random(in: 0...255)) }.joined()
    }
}
