import Foundation
import Hiredis

/// A `redis-server` on a unix socket in a directory of its own, on one core, gone in the end.
final class PrivateRedis: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let address: RedisAddress
    let url: String
    private let directory: URL
    private let process: Process

    init(core: Int?) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "weir-bench-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let socket = directory.appending(path: "redis.sock").path
        url = "unix://\(socket)"
        address = RedisAddress(endpoint: .unix(path: socket))
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let pin = core.map { ["taskset", "-c", "\($0)"] } ?? []
        process.arguments =
            pin + ["redis-server", "--bind", "127.0.0.1", "--port", "0", "--unixsocket", socket]
            + ["--dir", directory.path, "--save", ""]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<200 {
            if (try? BlockingConnection(address: address)) != nil { return }
            usleep(20_000)
        }
        throw Failure(
            description: "redis-server did not start; is it installed? deploy/install-requirements installs it"
        )
    }

    func stop() {
        // Not SIGTERM: the signals that this process blocks, a child that it starts blocks too; and nothing is to be kept.
        kill(process.processIdentifier, SIGKILL)
        // Not waitUntilExit: it waits for a run loop, which a thread of Swift's concurrency does not have.
        for _ in 0..<500 where process.isRunning { usleep(10_000) }
        try? FileManager.default.removeItem(at: directory)
    }

    /// A connection for whoever sets things up.
    func connection() throws -> BlockingConnection { try BlockingConnection(address: address) }

    /// Makes the server listen on a free port of 127.0.0.1 too, until it stops.
    func listenOnTCP(over connection: BlockingConnection) throws -> RedisAddress {
        for _ in 0..<100 {
            // The server itself tries it, so nobody can take it in between; and below those of outgoing connections.
            let port = Int.random(in: 20_000..<32_000)
            if try connection.reply(to: Command("CONFIG", "SET", "port", "\(port)")) == .status("OK") {
                return RedisAddress(endpoint: .tcp(host: "127.0.0.1", port: port))
            }
        }
        throw Failure(description: "redis-server found no free port on 127.0.0.1")
    }

    /// One line of `INFO`.
    func info(_ section: String, _ name: String, over connection: BlockingConnection) throws -> String {
        let text = try connection.reply(to: Command("INFO", section)).string ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + ":") }
        return line.map { String($0.dropFirst(name.count + 1)) } ?? ""
    }

    /// What a load has shown, with the CPU that the server used meanwhile.
    func measuring(
        over connection: BlockingConnection,
        _ load: () async throws -> Measurement
    ) async throws -> Measurement {
        let before = try cpuSeconds(over: connection)
        var measurement = try await load()
        measurement.serverSeconds = try cpuSeconds(over: connection) - before
        return measurement
    }

    private func cpuSeconds(over connection: BlockingConnection) throws -> Double {
        let user = Double(try info("cpu", "used_cpu_user", over: connection)) ?? 0
        return user + (Double(try info("cpu", "used_cpu_sys", over: connection)) ?? 0)
    }
}
