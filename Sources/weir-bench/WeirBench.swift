import ArgumentParser
import Console
import Foundation
import Hiredis
import LocalServers

/// Weir, the raw commands, and the algorithms that people write today, side by side in one run.
@main
struct WeirBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir-bench",
        abstract: "Measure Weir against raw commands and other algorithms, side by side in one run.",
        discussion: """
            Starts a Redis of its own on a unix socket, on one core, and runs on another. All rows are measured in turn, \
            several rounds; what is printed are medians over the rounds. Only the ratios mean something on another machine. \
            weir/tcp and weir/tls are weir/distinct by TCP and by TLS on 127.0.0.1.

            With --scale it shows instead how the cost of a decision grows: with the limit, the slices of a window, the \
            keys, the windows of a decision, the callers, and the connections, over a unix socket and over TCP; as tables \
            and as one SVG file. With the defaults that takes about six minutes.

            With --cluster it starts clusters of one to three primaries instead, beside one Redis, and shows what a \
            decision costs there: with owners that are spread over all slots, and with one group that all ask for. Below \
            stands a model, computed from these figures: what 1 to 100 primaries would serve.

            With --redis it measures a Redis of yours: redis://, unix://, redis+cluster:// or redis+sentinel://, and \
            with rediss in place of redis by TLS. It keeps the servers as busy as it can. All of its keys begin \
            with weir-bench- and five digits; it removes them again, what it cannot remove expires within an hour or so, \
            and it touches nothing else. A user needs the rights of deploy/weir.acl for the keys weir-bench-*. Nobody is \
            kept to one core then. What such a Redis cannot show is left out, and said so.
            """
    )

    @Option(help: "How long each row is measured in each round, 0.2 to 60 seconds.")
    var seconds = 1.0

    @Option(help: "How many rounds, 1 to 100.")
    var rounds = 5

    @Option(help: "How many callers at once, 1 to 1024.")
    var callers = 256

    @Option(
        help: ArgumentHelp(
            "Measure only the rows whose names contain this, beside the raw pairs, and no memory.",
            valueName: "part"
        )
    )
    var only: String?

    @Option(help: ArgumentHelp("Write the results to a file.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Measure the Redis at this address instead of a private one.", valueName: "url"))
    var redis: String?

    @Flag(help: "Measure clusters of one to three primaries, instead.")
    var cluster = false

    @Flag(help: "Measure how the cost of a decision grows, instead.")
    var scale = false

    @Option(
        help: ArgumentHelp("Where --scale draws its picture; weir-scale.svg unless given.", valueName: "file")
    )
    var svg: String?

    func validate() throws {
        guard (0.2...60).contains(seconds) else { throw ValidationError("--seconds takes 0.2 to 60.") }
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds takes 1 to 100.") }
        guard (1...1024).contains(callers) else { throw ValidationError("--callers takes 1 to 1024.") }
        if scale, cluster { throw ValidationError("--scale and --cluster are a run each; give one of them.") }
        if scale, only != nil { throw ValidationError("--only chooses rows, and --scale has none.") }
        if cluster, only != nil { throw ValidationError("--only is not for --cluster, whose rows belong together.") }
        try validateRedis()
        if let json { try requireWritable(json, option: "--json") }
        guard scale else {
            if svg != nil { throw ValidationError("--svg is where --scale draws its picture; give --scale too.") }
            return
        }
        try requireWritable(picture, option: "--svg")
    }

    private func validateRedis() throws {
        guard let redis else { return }
        guard !scale, !cluster else {
            throw ValidationError("--scale and --cluster need servers of their own; leave out --redis.")
        }
        do throws(InvalidAddress) { _ = try GivenRedis(url: redis) } catch {
            throw ValidationError("the address of --redis makes no sense: \(error.reason)")
        }
    }

    private func requireWritable(_ path: String, option: String) throws {
        if let complaint = OutputFile.complaint(about: path, of: option) { throw ValidationError(complaint) }
    }

    private var plan: ScalePlan { ScalePlan(callers: callers) }
    private var picture: String { svg ?? "weir-scale.svg" }

    func run() async throws {
        let report = if let redis { try await given(GivenRedis(url: redis)) } else { try await ours() }
        report.print()
        if let json { try report.write(to: json) }
        if let lines = report.scale { try draw(lines, of: report.machine) }
    }

    private var duration: Duration { .seconds(seconds) }

    private func given(_ redis: GivenRedis) async throws -> Report {
        FileHandle.standardError.write(Data((redis.notice + "\n").utf8))
        let servers = try await redis.servers()
        let bench = GivenBench(
            redis: redis,
            servers: servers,
            duration: duration,
            rounds: rounds,
            callers: callers,
            part: only
        )
        let machine = Machine(pinning: "nobody kept to a core", redis: try await servers.version())
        return Report(machine: machine, rows: try await bench.run(), omitted: redis.omissions)
    }

    private func ours() async throws -> Report {
        let cores = Cores()
        cores.startAnewOnItsCore()
        let server = try PrivateRedis(core: cores.server, named: "weir-bench")
        defer { server.stop() }
        let version = try await MeasuredServers([server.address]).version()
        let machine = Machine(pinning: cores.description, redis: version)
        if scale {
            let run = ScaleRun(server: server, plan: plan, duration: duration, rounds: rounds)
            return Report(machine: machine, rows: [], scale: try await run.run())
        }
        if cluster {
            let run = ClusterRun(single: server, cores: cores, duration: duration, rounds: rounds, callers: callers)
            return Report(machine: machine, rows: [], cluster: try await run.run())
        }
        let bench = Bench(
            server: server,
            duration: duration,
            rounds: rounds,
            callers: callers,
            part: only,
            certificates: Bench.needsCertificates(only) ? try Certificates() : nil
        )
        return Report(machine: machine, rows: try await bench.run())
    }

    private func draw(_ lines: [ScaleLine], of machine: Machine) throws {
        let medians = rounds == 1 ? "one round" : "medians of \(rounds) rounds"
        let pace = "\(medians), \(Table.number(seconds, "%g")) s for each point"
        let notes = ["Unless its panel says otherwise:"] + plan.usual.summary
        try ScalePlot(lines: lines, machine: machine.summary, notes: notes + [pace]).write(to: picture)
        print("picture: \(picture)")
    }
}
