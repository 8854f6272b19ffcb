import Foundation
import Hiredis
import LocalServers
import TestSupport
import Testing

/// The command as its users run it: real processes, a real Redis, real faults.
@Suite struct CommandTests {
    private static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "weir-stress").path

    /// What the command printed, and whether it said that all is well.
    private func run(_ arguments: String...) async throws -> (output: String, isClean: Bool) {
        await Self.run(["240", Self.program] + arguments)
    }

    private static func run(_ words: [String]) async -> (output: String, isClean: Bool) {
        // On a thread of its own: reading a pipe blocks.
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                do {
                    continuation.resume(returning: (try Tool.run("timeout", words), true))
                } catch {
                    continuation.resume(returning: ("\(error)", false))
                }
            }
        }
    }

    private func withDirectory(_ body: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory)
    }

    @Test func aRunIsCleanAndItsHistoryIsToo() async throws {
        try await withDirectory { directory in
            let history = directory.appending(path: "history.jsonl").path
            let report = directory.appending(path: "report.html").path
            let picture = directory.appending(path: "picture.svg").path
            let run = try await run(
                "--processes",
                "3",
                "--tasks",
                "8",
                "--seconds",
                "2",
                "--deadline",
                "5000",
                "--history",
                history,
                "--report",
                report,
                "--picture",
                picture
            )
            #expect(run.isClean && run.output.contains("No invariant was broken."), "\(run.output)")
            #expect(run.output.contains(" 0 unknown, 0 failed"), "\(run.output)")
            let check = try await self.run("check", history)
            #expect(check.isClean && check.output.contains("No invariant was broken."), "\(check.output)")
            let html = try String(contentsOfFile: report, encoding: .utf8)
            #expect(html.contains("</html>") && !html.contains("http://") && !html.contains("<script src"))
            #expect(try String(contentsOfFile: picture, encoding: .utf8).hasSuffix("</svg>\n"))

            // An answer that is changed is noticed; so is a history that ends too early, and one that is empty.
            let text = try String(contentsOfFile: history, encoding: .utf8)
            var lines = text.split(separator: "\n").map(String.init)
            let place = try #require(lines.lastIndex { $0.contains(#""outcome":"allowed""#) })
            lines[place] = lines[place].replacing(#""outcome":"allowed""#, with: #""outcome":"denied""#)
            for wrong in [lines.joined(separator: "\n") + "\n", String(text.prefix(text.count / 2)), ""] {
                try wrong.write(toFile: history, atomically: true, encoding: .utf8)
                let check = try await self.run("check", history)
                #expect(!check.isClean && !check.output.contains("No invariant was broken."), "\(check.output)")
            }
        }
    }

    /// Three quarters of a minute, so that each kind of fault has its turn.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["WEIR_FAST"] == nil))
    func faultsBreakNothing() async throws {
        let run = try await run(
            "--processes",
            "3",
            "--tasks",
            "8",
            "--seconds",
            "45",
            "--rate",
            "3000",
            "--deadline",
            "100",
            "--faults",
            "all",
            "--seed",
            "1"
        )
        #expect(run.isClean && run.output.contains("No invariant was broken."), "\(run.output)")
        for fault in ["restart", "worker-kill", "garbage", "busy", "demote"] { #expect(run.output.contains(fault)) }
        #expect(run.output.contains("while Redis was away: at most "))
        // One that cannot be had here is mentioned, too.
        #expect(run.output.contains("partition"))
    }

    /// Primaries are killed and slots move; what replication loses is told, and is no mistake.
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["WEIR_FAST"] == nil),
        arguments: [
            ("cluster", "45", ["failover", "reshard", "rescale", "stop"]),
            ("sentinel", "30", ["failover", "client-kill"]),
        ]
    )
    func moreThanOneServerBreaksNothing(topology: String, seconds: String, faults: [String]) async throws {
        let run = try await run(
            "--topology",
            topology,
            "--processes",
            "3",
            "--tasks",
            "8",
            "--seconds",
            seconds,
            "--rate",
            "2000",
            "--faults",
            "all",
            "--seed",
            "1"
        )
        #expect(run.isClean && run.output.contains("No invariant was broken."), "\(run.output)")
        for fault in faults { #expect(run.output.contains(fault), "\(run.output)") }
        #expect(run.output.contains("then first decision after ms"), "\(run.output)")
        #expect(run.output.contains("dribble, garbage need --topology single"), "\(run.output)")
    }

    @Test func aClusterThatIsThereIsStressed() async throws {
        let cluster = try await OwnThread.run { try PrivateCluster(primaries: 2, replicas: 0) }
        let run = try await run("--redis", cluster.url, "--processes", "2", "--tasks", "4", "--seconds", "2")
        try await OwnThread.run { cluster.stop() }
        #expect(run.isClean && run.output.contains("No invariant was broken."), "\(run.output)")
    }

    @Test func anAddressForAnotherKindOfRedisIsExplained() async throws {
        let redis = try await OwnThread.run { try PrivateRedis() }
        defer { redis.stop() }
        let address = try await OwnThread.run { try redis.listenOnTCP(over: redis.connection()) }
        let single = try await run("--redis", "redis+cluster\(address.description.dropFirst("redis".count))")
        #expect(!single.isClean && single.output.contains("write redis:// in place of"), "\(single.output)")
        let sentinels = try await OwnThread.run { try PrivateSentinels() }
        defer { sentinels.stop() }
        let sentinel = try #require(sentinels.sentinels.first)
        let watcher = try await run("--redis", "redis://127.0.0.1:\(sentinel.port)")
        #expect(!watcher.isClean && watcher.output.contains("this is a Sentinel, not a Redis"), "\(watcher.output)")
    }

    @Test func aPartitionThatCannotBeIsAnErrorOnlyIfItWasNamed() async throws {
        try await withDirectory { directory in
            // All that a run needs, but not `ip`.
            let server = try Tool.run("which", ["redis-server"])
            try FileManager.default.createSymbolicLink(
                atPath: directory.appending(path: "redis-server").path,
                withDestinationPath: server
            )
            let named = try await run(in: directory, faults: "partition,stop")
            #expect(
                !named.isClean && named.output.contains("needs the program ip: install iproute2"),
                "\(named.output)"
            )
            let all = try await run(in: directory, faults: "all")
            #expect(all.isClean && all.output.contains("without the fault partition: "), "\(all.output)")
        }
    }

    /// A short run that finds no programs but those in a directory.
    private func run(in directory: URL, faults: String) async throws -> (output: String, isClean: Bool) {
        let words = ["60", "/usr/bin/env", "PATH=\(directory.path)", Self.program]
        let options = ["--processes", "2", "--tasks", "2", "--rate", "200", "--seconds", "6", "--faults", faults]
        return await Self.run(words + options)
    }

    @Test(arguments: [
        (["--processes", "0"], "--processes takes 1 to 64"),
        (["--faults", "flood"], "'flood' is not a fault"),
        (["--faults", "all", "--redis", "redis://127.0.0.1"], "leave out --redis"),
        (["--redis", "http://127.0.0.1"], "Error: the address of --redis makes no sense: the scheme"),
        (["--soak", "long"], "90s, 30m or 8h"),
        (["--faults", "failover"], "no failover here: failover needs --topology cluster or sentinel;"),
        (["--faults", "reshard"], "no reshard here: reshard needs --topology cluster;"),
        (["--faults", "stop,cut", "--topology", "cluster"], "no cut here: cut needs --topology single;"),
        (["--topology", "cluster", "--redis", "redis://127.0.0.1"], "the address says what it is"),
        (["--topology", "ring"], "'single', 'cluster' or 'sentinel'"),
        (["--history", "/nowhere/file", "--seconds", "1"], "/nowhere"),
        (["check", "/nowhere/file"], "/nowhere/file"),
        (["check"], "<file>"),
    ]) func senselessArgumentsAreExplained(arguments: [String], word: String) async throws {
        let process = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        do {
                            return try Tool.run("timeout", ["60", Self.program] + arguments)
                        } catch let failure as RedisServer.Failure {
                            return failure.description
                        }
                    }
                )
            }
        }
        #expect(process.contains(word) && process.contains("failed"), "\(process)")
    }
}
