internal import Foundation

/// Ports of 127.0.0.1 that nobody listens on.
package enum LoopbackPort {
    static let host = "127.0.0.1"
    /// Above those that nodes of a cluster take, with their buses, and below those of outgoing connections.
    private static let ports = PortsInTurn(30_000..<32_000)
    /// For servers that try whether a port is free: nobody else's.
    private static let tried = 3_000..<11_000

    /// Some that are free now; another process may take them meanwhile.
    ///
    /// - Parameter count: how many.
    /// - Returns: so many different ones.
    /// - Throws: if there are not so many.
    package static func free(_ count: Int) throws -> [Int] {
        var ports: [Int] = []
        for _ in Self.ports.candidates where ports.count < count {
            ports += Self.ports.next().filter(isFree)
        }
        guard ports.count == count else {
            throw PrivateSentinels.Failure(description: "there are not \(count) free ports on \(host)")
        }
        return ports
    }

    /// The first one that a server takes, which tries it itself, so that nobody can take it in between.
    ///
    /// - Parameter listens: has the server try one, and tells whether it listens there.
    /// - Returns: the port, or nil if it took none of a hundred.
    /// - Throws: what `listens` throws.
    package static func first(where listens: (Int) throws -> Bool) rethrows -> Int? {
        for _ in 0..<100 {
            let port = Int.random(in: tried)
            if try listens(port) { return port }
        }
        return nil
    }

    /// Whether nobody listens there now.
    static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // A connection that has just ended does not keep Redis from listening either.
        var isOn: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(UInt16(port)).bigEndian
        inet_pton(AF_INET, host, &place.sin_addr)
        return withUnsafePointer(to: place) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                bind(descriptor, place, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
