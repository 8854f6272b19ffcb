import Foundation
import Synchronization

/// A server on a unix socket that answers each thing it reads with the next line of a script, whatever was asked.
///
/// For what a real Redis never says: garbage, a reply too many, silence.
package final class ScriptedServer: Sendable {
    /// One turn of the conversation.
    package enum Step: Sendable {
        case send(String)
        /// Reads until these bytes have come, and then answers.
        case answer(String, to: String)
        /// Answers by the word that the question contains, and says nothing to any other.
        case answerByWord([String: String])
        case close
        /// The last words.
        case sendAndClose(String)
        /// Reads on and says nothing.
        case silence
    }

    package let path: String
    private let listener: Int32

    /// Every connection is treated to the same steps.
    package init(_ steps: [Step]) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString.prefix(8)).sock")
            .path
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 16) == 0 else {
            throw RedisServer.Failure(description: "no scripted server at \(path)")
        }
        self.path = path
        self.listener = listener
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { Self.converse(on: connection, steps) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        unlink(path)
    }

    private static func send(_ text: String, on connection: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    private static func converse(on connection: Int32, _ steps: [Step]) {
        defer { Glibc.close(connection) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        for step in steps {
            var count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            switch step {
            case .send(let text): send(text, on: connection)
            case .answer(let text, let question):
                var heard = String(decoding: buffer[..<count], as: UTF8.self)
                while !heard.contains(question) {
                    count = read(connection, &buffer, buffer.count)
                    guard count > 0 else { return }
                    heard += String(decoding: buffer[..<count], as: UTF8.self)
                }
                send(text, on: connection)
            case .answerByWord(let answers):
                let heard = String(decoding: buffer[..<count], as: UTF8.self)
                if let answer = answers.first(where: { heard.contains($0.key) }) { send(answer.value, on: connection) }
            case .close: return
            case .sendAndClose(let text):
                send(text, on: connection)
                return
            case .silence: break
            }
        }
        while read(connection, &buffer, buffer.count) > 0 {}
    }
}
