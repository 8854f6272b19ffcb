internal import Foundation
internal import Synchronization

/// Ports of 127.0.0.1 that nobody listens on.
package enum LoopbackPort {
    static let host = "127.0.0.1"
    /// Above those that nodes of a cluster take, with their buses, and below those of outgoing connections.
    private static let candidates = 30_000..<32_000
    /// For servers that are told to listen one port after another until one is free: nobody else's.
    package static let triedInTurn = 3_000..<11_000
    /// How many candidates were looked at: in turn, so that no two who start servers at once are given the same.
    private static let looked = Atomic(Int.random(in: 0..<candidates.count))

    /// Some that are free now; another process may take them meanwhile.
    ///
    /// - Parameter count: how many.
    /// - Returns: so many different ones.
    /// - Throws: if there are not so many.
    package static func free(_ count: Int) throws -> [Int] {
        var ports: [Int] = []
        for _ in candidates where ports.count < count {
            let place = looked.wrappingAdd(1, ordering: .relaxed).newValue % candidates.count
            if isFree(candidates.lowerBound + place) { ports.append(candidates.lowerBound + place) }
        }
        guard ports.count == count else {
            throw PrivateSentinels.Failure(description: "there are not \(count) free ports on \(host)")
        }
        return ports
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
