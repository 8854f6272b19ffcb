import Foundation
import LocalServers

/// A TCP connection that is never given up, to see what the network itself says.
///
/// Its functions block: for threads that may (``OwnThread``).
final class RawConnection: Sendable {
    struct Failure: Error {
        let code: Int32
    }

    private let socket: Int32

    /// - Throws: ``Failure`` with EINPROGRESS if nobody answers for half a second.
    init(host: String, port: Int) throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var wait = timeval(tv_sec: 0, tv_usec: 500_000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] { setsockopt(socket, SOL_SOCKET, option, &wait, size) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, host, &place.sin_addr)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &place) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, length) }
        }
        guard status == 0 else {
            let code = errno
            close(socket)
            throw Failure(code: code)
        }
    }

    deinit { close(socket) }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard write(socket, bytes, bytes.count) == bytes.count else { throw Failure(code: errno) }
    }

    /// What arrives within half a second; an end is an empty text.
    ///
    /// - Throws: ``Failure`` with EAGAIN if nothing does.
    func receive() throws -> String {
        var bytes = [UInt8](repeating: 0, count: 1000)
        let count = read(socket, &bytes, bytes.count)
        guard count >= 0 else { throw Failure(code: errno) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
