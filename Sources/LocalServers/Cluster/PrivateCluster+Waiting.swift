internal import Foundation

extension PrivateCluster {
    private static let patience = Duration.seconds(30)
    /// How long nodes have to agree by themselves: as a rule they need less than two seconds.
    private static let dispute = Duration.seconds(5)

    /// Waits until all nodes that run serve keys, are connected with each other, and see the same roles and slots.
    ///
    /// Redis can stay of two minds about a slot for good, where the claims of two primaries have met in an unlucky order.
    /// Then a primary that others do not believe claims its slots anew, in an epoch of its own, as an operator would do.
    ///
    /// - Throws: what was in the way, and what each of them says, if that takes longer than half a minute.
    package func waitUntilAgreed() throws {
        let orders = ClusterOrders()
        var views: [ClusterView] = []
        var nextClaim = ContinuousClock.now + Self.dispute
        do {
            try wait {
                let living = living
                views = try living.map { try orders.view(of: $0) }
                if ContinuousClock.now >= nextClaim {
                    for id in views.disbelieved { try orders.order(server(id), "CLUSTER", "BUMPEPOCH") }
                    nextClaim = .now + Self.dispute
                }
                return views.objection(members: Set(servers.map(\.id)), living: Set(living.map(\.id)))
            }
        } catch let failure as Failure {
            throw Failure(description: ([failure.description] + views.map(\.text)).joined(separator: "\n"))
        }
    }

    /// Waits until every replica that runs has all that its primary has done by now.
    ///
    /// - Throws: what was in the way, if that takes longer than half a minute.
    package func waitUntilInSync() throws {
        let orders = ClusterOrders()
        // While others write, a replica is never where its primary is at the moment.
        var goals: [String: Int] = [:]
        try wait {
            for replica in living {
                guard case .replica(let id) = try orders.view(of: replica).myself?.role,
                    let primary = try? server(id), primary.isRunning
                else { continue }
                let goal = try goals[replica.id] ?? offset("master_repl_offset", of: primary, orders)
                goals[replica.id] = goal
                guard try orders.line("master_link_status", ofReplicationOf: replica) == "up",
                    try offset("slave_repl_offset", of: replica, orders) >= goal
                else { return "\(replica.address) does not have the data of its primary" }
            }
            return nil
        }
    }

    private func offset(_ name: String, of server: ClusterMember, _ orders: ClusterOrders) throws -> Int {
        try orders.line(name, ofReplicationOf: server).flatMap { Int($0) } ?? 0
    }

    /// Waits until nothing is in the way any more.
    ///
    /// - Parameters:
    ///   - pause: how long it is from one look to the next.
    ///   - objection: looks, and tells what is in the way.
    /// - Throws: what is still in the way after half a minute, or what `objection` throws.
    func wait(looking pause: Duration = .milliseconds(20), until objection: () throws -> String?) throws {
        let end = ContinuousClock.now + Self.patience
        while let objection = try objection() {
            guard ContinuousClock.now < end else {
                throw Failure(description: "after \(Self.patience): \(objection)")
            }
            usleep(UInt32(pause / .microseconds(1)))
        }
    }
}
