internal import Foundation

/// Passes bytes between whoever connects to it and a server on 127.0.0.1, and spoils what the server says.
package final class TCPRelay: Sendable {
    /// What becomes of the bytes that the server says on each connection.
    package enum Fault: Sendable {
        /// Both sides are closed after so many.
        case cut(after: Int)
        /// No more than so many are passed on, and nothing is closed.
        case stall(after: Int)
        /// One bit of this one is another, counted from 0.
        case flip(at: Int)
    }

    /// Both ends of one connection, closed when nobody uses them any more.
    private final class Link: Sendable {
        let client: Int32
        let server: Int32

        init(client: Int32, server: Int32) {
            self.client = client
            self.server = server
        }

        deinit {
            close(client)
            close(server)
        }

        func end() {
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }
    }

    package let port: Int
    private let listener: Int32

    package init(to server: Int, _ fault: Fault) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw RedisServer.Failure(description: "no relay on 127.0.0.1") }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                let link = Link(client: client, server: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
                guard Self.connect(link.server, port: server) else { continue }
                Thread.detachNewThread { Self.pass(from: link.client, to: link.server, over: link, nil) }
                Thread.detachNewThread { Self.pass(from: link.server, to: link.client, over: link, fault) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func connect(_ socket: Int32, port: Int) -> Bool {
        var address = address(port: port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func pass(from source: Int32, to target: Int32, over link: Link, _ fault: Fault?) {
        defer { link.end() }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var passed = 0
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { return }
            var allowed = count
            switch fault {
            case .cut(let limit), .stall(let limit): allowed = max(0, min(count, limit - passed))
            case .flip(let place):
                if (passed..<(passed + count)).contains(place) { buffer[place - passed] ^= 0x10 }
            case nil: break
            }
            passed += count
            guard send(target, buffer, allowed, Int32(MSG_NOSIGNAL)) == allowed else { return }
            if case .cut(let limit) = fault, passed >= limit { return }
        }
    }
}
