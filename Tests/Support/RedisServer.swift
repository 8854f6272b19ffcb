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
    /// Those of redis-cli that wait for their answers.
    private let background = Mutex<[Process]>([])

    package var socket: String { directory.appending(path: "redis.sock").path }
    /// Its address for a user with the rights that `deploy/weir.acl` gives and no others.
    package var url: String { isOpen ? unrestrictedURL : "unix://weir:\(Self.password)@\(socket)" }
    /// Its address for the default user, who may do everything.
    package var unrestrictedURL: String { "unix://\(socket)" }
    /// That of `deploy/weir.acl`.
    package static let password = "change-me"
    /// Whether only the default user is there.
    private var isOpen: Bool { options.contains("requirepass") }

    /// Starts a server and waits until it answers; options are settings of `redis.conf`, name and value alternating.
    package init(_ options: String...) throws {
        self.options = options
        directory = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let users = try Repository.text("deploy/weir.acl").replacing("user default off", with: Self.allMighty)
        try users.write(to: userFile, atomically: true, encoding: .utf8)
        try start()
    }

    /// Of the `redis-server` that tests run with; 0 if there is none.
    package static let majorVersion: Int = {
        // Such as: Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0
        let words = (try? Tool.run("redis-server", ["--version"]))?.split(separator: " ") ?? []
        let version = words.first { $0.hasPrefix("v=") }?.dropFirst(2)
        return version?.split(separator: ".").first.flatMap { Int($0) } ?? 0
    }()

    private var userFile: URL { directory.appending(path: "users.acl") }
    private static let allMighty = "user default on nopass ~* &* +@all"

    deinit {
        endBackground()
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Starts the server again, after `kill`.
    package func start() throws {
        var arguments = ["--port", "0", "--unixsocket", socket, "--dir", directory.path, "--save", ""]
        arguments += ["--logfile", directory.appending(path: "redis.log").path]
        // Redis 6 allows it to everybody, and does not know the setting.
        if Self.majorVersion >= 7 { arguments += ["--enable-debug-command", "local"] }
        if !isOpen { arguments += ["--aclfile", userFile.path] }
        for (index, option) in options.enumerated() {
            // Redis 6 takes a value of several words only as several arguments.
            arguments += index % 2 == 0 ? ["--\(option)"] : option.split(separator: " ").map(String.init)
        }
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
        let port = LoopbackPort.first { (try? command("CONFIG", "SET", "port", "\($0)")) == "OK" }
        guard let port else { throw Failure(description: "no free port on 127.0.0.1") }
        return port
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

    /// Sends a command that takes its time, and does not wait for it; what it prints goes into a file, if one is given.
    package func inBackground(_ arguments: String..., into file: URL? = nil) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["redis-cli", "-s", socket] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        if let file {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
            process.standardOutput = try FileHandle(forWritingTo: file)
        }
        process.standardError = FileHandle.nullDevice
        try Spawning.alone { try process.run() }
        background.withLock { $0.append(process) }
    }

    /// Ends what `inBackground` has begun, whether it has its answer or not.
    package func endBackground() {
        let processes = background.withLock { processes in
            defer { processes = [] }
            return processes
        }
        for process in processes where process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    package func cli(_ arguments: [String]) throws -> String {
        try Tool.run("redis-cli", ["-s", socket] + arguments)
    }
}
