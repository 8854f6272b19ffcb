/// A port that a node of a cluster can have: the one of its bus is 10,000 above, and has to be free too.
enum ClusterPort {
    /// Below the ports of other servers that are started here, and all buses below those of outgoing connections.
    private static let candidates = 11_000..<20_000
    private static let distanceOfBus = 10_000

    static func bus(of port: Int) -> Int { port + distanceOfBus }

    /// One that is free now; another process may take it meanwhile.
    static func free() throws -> Int {
        for _ in 0..<1000 {
            let port = Int.random(in: candidates)
            if LoopbackPort.isFree(port), LoopbackPort.isFree(bus(of: port)) { return port }
        }
        throw PrivateCluster.Failure(description: "there is no free port for a node of a cluster on this machine")
    }
}
