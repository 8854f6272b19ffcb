internal import Foundation
internal import Synchronization

/// A network of its own, one link away from this machine's, for servers that are to be cut off.
///
/// While the link is down packets vanish without a word: nobody is told that a connection has ended or cannot be made.
/// It needs root with CAP_NET_ADMIN and CAP_SYS_ADMIN, and the programs `ip` and `nsenter`. Its functions wait for
/// these: call them from a thread that may block (``OwnThread``). A process that is killed leaves it behind;
/// `ip netns list` shows it, and `ip netns delete` removes it.
package final class NetworkNamespace: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Where servers in it are reached from this machine, and from nowhere else.
    package let address: String
    /// `weir-`, the number of the process that made it, and two letters.
    package let name: String
    private let isRemoved = Mutex(false)

    /// The name of the end of the link in it; the end on this machine is called as the namespace is.
    static let innerEnd = "weir"

    /// Makes one, and a link to it on free addresses in 10.0.0.0/8.
    ///
    /// - Throws: what is in the way, and what to do about it.
    package init() throws {
        try Self.requireWhatItTakes()
        let network = try Self.freeNetwork()
        address = network.there
        name = try Self.made()
        do {
            try connect(network)
        } catch {
            remove()
            throw error
        }
    }

    deinit { remove() }

    /// Takes the link down until `linkUp`.
    ///
    /// At its far end: without the near one this machine would send what is for the namespace to its router.
    ///
    /// - Throws: if it cannot be done.
    package func linkDown() throws { try Program.run(command + ["ip", "link", "set", Self.innerEnd, "down"]) }

    /// Takes the link up again.
    ///
    /// What TCP still has to send goes out when it tries again: after as much time as the link was down at the latest.
    ///
    /// - Throws: if it cannot be done.
    package func linkUp() throws { try Program.run(command + ["ip", "link", "set", Self.innerEnd, "up"]) }

    /// Removes it and its link; servers in it are reached by nobody any more.
    package func remove() {
        let isFirst = isRemoved.withLock { isRemoved in
            defer { isRemoved = true }
            return !isRemoved
        }
        guard isFirst else { return }
        // It lives on for as long as a process is in it, but the link is not to.
        _ = try? Program.run(["ip", "link", "delete", name])
        _ = try? Program.run(["ip", "netns", "delete", name])
    }

    /// The words that a command begins with to run in it, as the same process.
    ///
    /// Not `ip netns exec`, which mounts a `/sys` of its own.
    package var command: [String] { ["nsenter", "--net=\(path)"] }

    private var path: String { "/var/run/netns/\(name)" }

    /// A TCP socket in it, bound to a free port of its address, for a listener of this process.
    ///
    /// - Returns: the descriptor, which the caller has to close, and the port.
    /// - Throws: if there is none to be had.
    package func boundSocket() throws -> (descriptor: Int32, port: Int) {
        let socket = try makeSocket()
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, address, &place.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &place) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                bind(socket, place, length) == 0 && getsockname(socket, place, &length) == 0
            }
        }
        guard isBound else {
            let reason = String(cString: strerror(errno))
            close(socket)
            throw Failure(description: "no port of \(address) can be had: \(reason)")
        }
        return (socket, Int(UInt16(bigEndian: place.sin_port)))
    }

    /// A socket belongs to the namespace that the thread is in which makes it, whoever uses it then.
    private func makeSocket() throws -> Int32 {
        let (here, there) = (open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), open(path, O_RDONLY | O_CLOEXEC))
        defer { for descriptor in [here, there] where descriptor >= 0 { close(descriptor) } }
        guard here >= 0, Self.enter(there) else {
            throw Failure(description: "the namespace \(name) cannot be entered: \(String(cString: strerror(errno)))")
        }
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let reason = String(cString: strerror(errno))
        guard Self.enter(here) else { fatalError("a thread cannot leave the namespace \(name)") }
        guard made >= 0 else { throw Failure(description: "there is no socket in the namespace \(name): \(reason)") }
        return made
    }

    /// Puts the thread into another namespace; returns whether it is there.
    private static func enter(_ namespace: Int32) -> Bool {
        // Swift's Glibc has no setns: it is not of POSIX.
        guard let symbol = dlsym(nil, "setns") else { return false }
        let setns = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
        let network: Int32 = 0x4000_0000
        return setns(namespace, network) == 0
    }
}
