/// A port that a node of a cluster can have: the one of its bus is 10,000 above, and has to be free too.
package enum ClusterPort {
    /// Below the ports of other servers that are started here, and all buses below those of outgoing connections.
    private static let ports = PortsInTurn(11_000..<20_000)
    private static let distanceOfBus = 10_000

    static func bus(of port: Int) -> Int { port + distanceOfBus }

    /// The first of so many in a row that are free now; another process may take them meanwhile.
    package static func free(inARow count: Int = 1) throws -> Int {
        for _ in 0..<1000 {
            let ports = Self.ports.next(inARow: count)
            if ports.allSatisfy({ LoopbackPort.isFree($0) && LoopbackPort.isFree(bus(of: $0)) }) {
                return ports.lowerBound
            }
        }
        throw PrivateCluster.Failure(description: "there is no free port for a node of a cluster on this machine")
    }
}
