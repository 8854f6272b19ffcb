extension PrivateCluster {
    /// Ends a node as a crash does.
    package func kill(_ node: ClusterNode) throws { try server(node.id).redis.kill() }

    /// Waits until a replica has taken the place of a primary that was killed, and returns at that very moment.
    ///
    /// Others may not know yet: `waitUntilAgreed` waits for that.
    ///
    /// - Parameter killed: the primary, as it was before.
    /// - Returns: the primary of its slots now.
    /// - Throws: if nobody has after half a minute: for that it takes a majority of all primaries that have slots.
    package func promotion(insteadOf killed: ClusterNode) throws -> ClusterNode {
        guard let slot = killed.slots.ranges.first?.lowerBound else {
            throw Failure(description: "\(killed.address) had no slots, so nobody takes its place")
        }
        let orders = ClusterOrders()
        var promoted: ClusterNode?
        try wait(looking: .milliseconds(2)) {
            for server in living where server.id != killed.id {
                guard let myself = try orders.view(of: server).myself, myself.isPrimary, myself.slots.contains(slot)
                else { continue }
                promoted = myself
                promoted?.address = server.address
                promoted?.processIdentifier = server.redis.processIdentifier
                return nil
            }
            return "nobody has taken the place of \(killed.address)"
        }
        guard let promoted else { throw Failure(description: "nobody has taken the place of \(killed.address)") }
        return promoted
    }

    /// Waits until a replica has taken the place of a primary that was killed, and all nodes that run know.
    @discardableResult
    package func waitForPromotion(insteadOf killed: ClusterNode) throws -> ClusterNode {
        let promoted = try promotion(insteadOf: killed)
        try waitUntilAgreed()
        return promoted
    }

    /// Makes a replica the primary while its primary lives: nothing is lost.
    ///
    /// - Parameter replica: the replica.
    /// - Throws: if it refuses or does not manage.
    package func promote(_ replica: ClusterNode) throws {
        let (orders, server) = (ClusterOrders(), try server(replica.id))
        try orders.order(server, "CLUSTER", "FAILOVER")
        try wait {
            try orders.view(of: server).myself?.isPrimary == true ? nil : "\(server.address) is still a replica"
        }
        try waitUntilAgreed()
        try waitUntilInSync()
    }

    /// Starts a node again that was killed: empty, and as a replica if another has taken its place.
    ///
    /// Returns when all nodes know, and it has all data of its primary.
    package func start(_ node: ClusterNode) throws {
        try server(node.id).redis.start()
        try waitUntilAgreed()
        try waitUntilInSync()
    }

    /// Adds a node without slots; returns when all others know it.
    ///
    /// - Parameter primary: whose replica it is to be; nil for a primary.
    /// - Returns: the node.
    /// - Throws: if it does not come about.
    package func addNode(replicating primary: ClusterNode? = nil) throws -> ClusterNode {
        let orders = ClusterOrders()
        let (others, server) = (living, try startEmpty())
        add(server)
        for other in others { try meet(server, other, orders) }
        if let primary { try replicate(server, primary.id, orders) }
        try waitUntilAgreed()
        try waitUntilInSync()
        guard let node = try nodes().first(where: { $0.id == server.id }) else {
            throw Failure(description: "\(server.address) has left at once")
        }
        return node
    }

    /// Has all others forget a node, and stops it.
    ///
    /// - Parameter node: one without slots and without replicas.
    /// - Throws: if it has some.
    package func remove(_ node: ClusterNode) throws {
        let (orders, server) = (ClusterOrders(), try server(node.id))
        let all = try nodes()
        guard let now = all.first(where: { $0.id == node.id }), now.slots.isEmpty,
            !all.contains(where: { $0.role == .replica(of: node.id) })
        else { throw Failure(description: "\(node.address) has slots or replicas, and cannot leave") }
        // They do not take it in again for a minute, whatever is still said of it.
        for other in living where other.id != node.id { try orders.order(other, "CLUSTER", "FORGET", node.id) }
        server.redis.stop()
        remove(server)
        try waitUntilAgreed()
    }
}
