package import Foundation
internal import LocalServers
internal import Synchronization

/// A private `redis-server` on a unix socket in a directory of its own, gone when it is released.
///
/// A machine without `redis-server` fails the tests; `Tests/run` installs it.
package final class RedisServer: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    package let directory: URL
    private let options: [String]
    private let process = Mutex<Process?>(nil)

    package var socket: String { directory.appending(path: "redis.sock").path }
    package var url: String { "unix://\(socket)" }

    /// Starts a server and waits until it answers; options are settings of `redis.conf`, name and value alternating.
    package init(_ options: String...) throws {
        self.options = options
        directory = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Starts the server again, after `kill`.
    package func start() throws {
        var arguments = ["--port", "0", "--unixsocket", socket, "--dir", directory.path, "--save", ""]
        arguments += ["--logfile", directory.appending(path: "redis.log").path, "--enable-debug-command", "local"]
        for (index, option) in options.enumerated() { arguments.append(index % 2 == 0 ? "--\(option)" : option) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["redis-server"] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Spawning.alone { try process.run() }
        self.process.withLock { $0 = process }
        for _ in 0..<500 {
            // A server that wants a password answers too, and is ready.
            if let answer = try? command("PING"), answer == "PONG" || answer.hasPrefix("NOAUTH") { return }
            guard process.isRunning else { break }
            usleep(20_000)
        }
        let log = (try? String(contentsOf: directory.appending(path: "redis.log"), encoding: .utf8)) ?? "no log"
        throw Failure(description: "redis-server did not start (is it installed? Tests/run installs it)\n\(log)")
    }

    /// Ends the server at once, as `kill -9` does.
    package func kill() {
        let process = process.withLock { process in
            defer { process = nil }
            return process
        }
        guard let process, process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Makes the server listen on 127.0.0.1 too; returns the port.
    package func listenOnTCP() throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 20_000..<60_000)
            if (try? command("CONFIG", "SET", "port", "\(port)")) == "OK" { return port }
        }
        throw Failure(description: "no free port on 127.0.0.1")
    }

    package func stopForAWhile() { signal(SIGSTOP) }
    package func goOn() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        if let process = process.withLock({ $0 }) { Foundation.kill(process.processIdentifier, number) }
    }

    /// What `redis-cli` prints, without the final newline.
    @discardableResult
    package func command(_ arguments: String...) throws -> String {
        try cli(arguments)
    }

    package func cli(_ arguments: [String]) throws -> String {
        try Tool.run("redis-cli", ["-s", socket] + arguments)
    }
}
