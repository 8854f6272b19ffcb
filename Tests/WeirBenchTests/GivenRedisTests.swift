import Foundation
import Hiredis
import LocalServers
import TestSupport
import Testing

/// The bench as its users run it, on servers that are not its own: it says what it does there, and leaves nothing.
@Suite(.timeLimit(.minutes(5)), .serialized) struct GivenRedisTests {
    private static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "weir-bench").path
    private static let weirRows = [
        "weir/distinct", "weir/three-windows", "weir/hot-key", "weir/denied", "weir/denied-memory", "weir/one-caller",
    ]

    /// What the command printed, with what it complained of, and whether it says that all is well.
    private static func run(_ arguments: String...) async throws -> (output: String, isClean: Bool) {
        let words = ["120", program, "--seconds", "0.2", "--rounds", "1", "--callers", "8"] + arguments
        // Reading a pipe blocks.
        return try await OwnThread.run {
            do {
                return (try Tool.run("timeout", words), true)
            } catch {
                return ("\(error)", false)
            }
        }
    }

    /// Whether a row was measured without an error: it is in the table, and its last cell is a zero.
    private static func isMeasured(_ row: String, in output: String) -> Bool {
        output.split(separator: "\n").contains { line in
            let cells = line.split(separator: " ")
            return cells.first == row[...] && cells.count > 3 && cells.last == "0"
        }
    }

    /// How long keys that begin with the bench's prefix live, in seconds; -1 for ever.
    private static func remains(at address: RedisAddress) throws -> [Int] {
        let connection = try BlockingConnection(address: address)
        let reply = try connection.reply(to: Command("KEYS", "weir-bench-*"))
        if case .error(let error) = reply { throw RedisError(error) }
        guard case .array(let keys) = reply else { return [] }
        return try keys.map { key in
            guard case .integer(let seconds) = try connection.reply(to: Command("TTL", key.string ?? "")) else {
                return -1
            }
            return seconds
        }
    }

    @Test func aRedisOfSomebodyElsesKeepsWhatItHadAndNothingElse() async throws {
        let server = try RedisServer()
        let rights = try #require(
            try Repository.text("deploy/weir.acl").split(separator: "\n").first { $0.hasPrefix("user weir ") }
        )
        let words = rights.replacing("~weir:*", with: "~weir-bench-*").split(separator: " ").dropFirst(2)
        _ = try server.cli(["ACL", "SETUSER", "bench"] + words.map(String.init))
        try server.command("SET", "weir:{t=x}:token", "theirs")
        let run = try await Self.run("--redis", "unix://bench:\(RedisServer.password)@\(server.socket)")
        #expect(run.isClean, "\(run.output)")
        for row in ["raw/get-set-px"] + Self.weirRows {
            #expect(Self.isMeasured(row, in: run.output), "\(row) in \(run.output)")
        }
        #expect(run.output.contains("weir/tcp, weir/tls:") && run.output.contains("script/*"), "\(run.output)")
        #expect(try server.command("GET", "weir:{t=x}:token") == "theirs")
        let remains = try await OwnThread.run { try Self.remains(at: RedisAddress(url: server.unrestrictedURL)) }
        #expect(remains.isEmpty, "\(remains)")
    }

    @Test func aClusterIsMeasuredOnAllOfItsServersWithoutRawCommands() async throws {
        let cluster = try await OwnThread.run { try PrivateCluster(primaries: 2, replicas: 0) }
        defer { cluster.stop() }
        let run = try await Self.run("--redis", cluster.url)
        #expect(run.isClean, "\(run.output)")
        for row in Self.weirRows { #expect(Self.isMeasured(row, in: run.output), "\(row) in \(run.output)") }
        #expect(!Self.isMeasured("raw/get-set-px", in: run.output))
        #expect(run.output.contains("raw/*, script/*: hiredis alone does not know"), "\(run.output)")
        let (calls, remains) = try await OwnThread.run {
            let nodes = try cluster.primaries()
            let calls = try nodes.map { try cluster.connection(to: $0).info("commandstats", "cmdstat_evalsha") }
            return (calls, try nodes.flatMap { try Self.remains(at: $0.address) })
        }
        #expect(calls.count == 2 && calls.allSatisfy { !$0.isEmpty }, "each has decided: \(calls)")
        #expect(remains.isEmpty, "\(remains)")
    }

    @Test func whatCannotBeMeasuredIsRefusedAndNoPasswordIsTold() async throws {
        let nowhere = "redis+cluster://weir:s3cr3t@127.0.0.1:1"
        for arguments in [
            ["--redis", nowhere], ["--redis", nowhere, "--cluster"], ["--redis", nowhere + "/7"],
            ["--redis", "cluster://s3cr3t@host"],
        ] {
            let run = try await OwnThread.run { () -> String? in
                do {
                    _ = try Tool.run(Self.program, arguments)
                    return nil
                } catch {
                    // What was run is quoted before it.
                    return "\(error)".split(separator: " failed: ", maxSplits: 1).last.map(String.init)
                }
            }
            let complaint = try #require(run, "\(arguments)")
            #expect(!complaint.isEmpty && !complaint.contains("s3cr3t"), "\(complaint)")
        }
    }
}
