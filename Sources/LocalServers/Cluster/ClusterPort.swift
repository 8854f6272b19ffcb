internal import Foundation

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
            if isFree(port), isFree(bus(of: port)) { return port }
        }
        throw PrivateCluster.Failure(description: "there is no free port for a node of a cluster on this machine")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // A connection that has just ended does not keep Redis from listening either.
        var isOn: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(UInt16(port)).bigEndian
        inet_pton(AF_INET, PrivateCluster.host, &place.sin_addr)
        return withUnsafePointer(to: place) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                bind(descriptor, place, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
