import ArgumentParser
import Console
import Foundation
import Hiredis
import StressHarness
import StressHistory
import UnixSignals

/// A run: load, faults, check, report.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Stress a Redis and check every decision (the default).",
        discussion: """
            Starts processes of its own that all ask for decisions over the same groups, as fast as they can or at a rate, \
            records every one of them, and checks them all in the end. Exit 0 only if no invariant was broken.

            Without --redis it starts a private Redis on a unix socket, or what --topology says: a cluster of three \
            primaries with a replica each, or a primary with two replicas and three Sentinels. With --redis, which takes \
            redis+cluster:// and redis+sentinel:// too, the keys of the run begin with a prefix of its own and end with the \
            last of their windows, 10 seconds after the run; its servers have to have this machine's time; faults need the \
            private one, and a partition needs root. A failover of a Redis given by --redis, even a planned one, is \
            reported as a loss, for nobody tells when it was; stress one with --topology cluster or sentinel and \
            --faults failover. A run that finds something keeps its history as weir-stress-SEED.jsonl, unless \
            --history names a file.


            """ + Self.faults
    )

    private static var faults: String {
        let width = Fault.Kind.allCases.map(\.rawValue.count).max() ?? 0
        let lines = Fault.Kind.allCases.map { kind in
            "  " + kind.rawValue.padding(toLength: width + 2, withPad: " ", startingAt: 0) + kind.effect
        }
        let some = [Topology.cluster, .sentinel].map { topology in
            "With --topology \(topology.rawValue): \(topology.faults.map(\.rawValue).joined(separator: ", "))."
        }
        let more = ["", "A single Redis, the default, can have all but the last three."] + some
        return (["Faults, and what each may cost its callers:", ""] + lines + more).joined(separator: "\n")
    }

    @Option(help: "How many processes, 1 to 64.")
    var processes = 4

    @Option(help: "How many tasks ask at once in each, 1 to 4096.")
    var tasks = 64

    @Option(
        help: ArgumentHelp(
            "Where the tasks run: connection, on the thread of their process's connection, where they ask most often; or pool, on Swift's own threads, as those of a service do and those of a cluster run always do.",
            valueName: "threads"
        )
    )
    var threads = TaskThreads.connection

    @Option(help: "How long the load lasts, 1 to 86400 seconds; 30 unless given.")
    var seconds: Double?

    @Option(help: ArgumentHelp("Stress the Redis at this address instead of a private one.", valueName: "url"))
    var redis: String?

    @Option(help: "What is started without --redis: single, cluster or sentinel; single unless given.")
    var topology: Topology?

    @Option(help: ArgumentHelp("Decisions a second, all processes together; as many as possible unless given."))
    var rate: Double?

    @Option(
        help: "How long a call may take, in milliseconds, 1 to 60000; longer than usual, for all cores are kept busy."
    )
    var deadline = 250

    @Option(
        help: ArgumentHelp(
            "Faults while it runs: none, some of those above, separated by commas, or all that are possible here.",
            valueName: "list"
        )
    )
    var faults: String?

    @Option(help: "From which all that is random is made; printed, so that the same choices can be made again.")
    var seed: UInt64?

    @Option(
        help: ArgumentHelp(
            "A long run, such as 30m, that watches memory, descriptors and threads too; at --rate 3000 and with all --faults but restart and failover unless given.",
            valueName: "time"
        )
    )
    var soak: String?

    @Option(help: ArgumentHelp("Write every decision to a file, as JSON Lines.", valueName: "file"))
    var history: String?

    @Option(help: ArgumentHelp("Write a report that a browser shows.", valueName: "file.html"))
    var report: String?

    @Option(help: ArgumentHelp("Draw the fullest of the hot windows, as SVG.", valueName: "file.svg"))
    var picture: String?

    func validate() throws { _ = try options() }

    func run() async throws {
        let run = StressRun(try options())
        let work = Task { try await run.run() }
        let signals = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                work.cancel()
                return
            }
        }
        defer { signals.cancel() }
        do {
            guard try await work.value else { throw ExitCode(1) }
        } catch is CancellationError {
            print("stopped; nothing was checked")
            throw ExitCode(130)
        }
    }

    private func options() throws -> StressOptions {
        var options = StressOptions()
        guard (1...64).contains(processes) else { throw ValidationError("--processes takes 1 to 64.") }
        guard (1...4096).contains(tasks) else { throw ValidationError("--tasks takes 1 to 4096.") }
        guard (1...60_000).contains(deadline) else {
            throw ValidationError("--deadline takes 1 to 60000 milliseconds.")
        }
        if let rate, !(rate >= 1 && rate <= 10_000_000) {
            throw ValidationError("--rate takes 1 to 10000000 decisions a second.")
        }
        options.processes = processes
        options.tasks = tasks
        options.threads = threads
        options.deadline = deadline
        options.redis = redis
        options.rate = rate
        options.seed = seed ?? UInt64.random(in: 1...UInt64(UInt32.max))
        options.history = history
        options.report = report
        options.picture = picture
        options.seconds = seconds ?? 30
        if let soak {
            guard seconds == nil else { throw ValidationError("--soak says how long it lasts; leave out --seconds.") }
            guard let length = Self.seconds(in: soak) else {
                throw ValidationError("--soak takes a time such as 90s, 30m or 8h.")
            }
            options.isSoak = true
            options.seconds = length
            options.rate = rate ?? 3000
        }
        guard (1...86_400).contains(options.seconds) else { throw ValidationError("--seconds takes 1 to 86400.") }
        if redis != nil, topology != nil {
            throw ValidationError("--topology is for what is started here; with --redis, the address says what it is.")
        }
        options.topology = topology ?? .single
        if let redis { try requireAddress(redis) }
        let list = try faultList()
        if redis != nil, !list.kinds.isEmpty {
            throw ValidationError("--faults needs a Redis of its own; leave out --redis.")
        }
        let possible = try explained { try list.possible(in: options.topology) }
        options.faults = possible.kinds
        options.leavesOutImpossibleFaults = list.isAny
        options.faultsLeftOut = list.kinds.filter { !possible.kinds.contains($0) }
        if !options.faults.isEmpty, options.seconds < 6 {
            throw ValidationError("--faults needs --seconds 6 or more, so that each is seen to be over.")
        }
        for (option, path) in [("--history", history), ("--report", report), ("--picture", picture)] {
            if let path { try requireWritable(path, option: option) }
        }
        return options
    }

    private func faultList() throws -> FaultList {
        // A Redis that is replaced every minute cannot be seen to grow.
        if soak != nil, faults == nil, redis == nil { return .all(but: .restart, .failover) }
        return try explained { try FaultList(faults ?? "none") }
    }

    private func explained(_ list: () throws -> FaultList) throws -> FaultList {
        do { return try list() } catch { throw ValidationError("\(error)") }
    }

    /// A time such as `90s`, `30m` or `8h`, in seconds.
    private static func seconds(in text: String) -> Double? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Double(text.dropLast()), count > 0 else {
            return nil
        }
        return count * unit
    }

    private func requireAddress(_ redis: String) throws {
        do throws(InvalidAddress) { _ = try RedisLocation(url: redis) } catch {
            throw ValidationError("the address of --redis makes no sense: \(error.reason)")
        }
    }

    private func requireWritable(_ path: String, option: String) throws {
        if let complaint = OutputFile.complaint(about: path, of: option) { throw ValidationError(complaint) }
    }
}
