#if Hummingbird
import ArgumentParser
import AsyncHTTPClient
import Console
import Foundation
import LocalServers
import UnixSignals
import Weir

/// Starts the instances, drives traffic through them, and shows whether their shared count is exact.
struct Drive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start several instances, drive HTTP traffic through them, and show that their count is exact.",
        discussion: "Exits with 0 only if the count is exact and a client that waited as told was admitted."
    )

    @Option(help: "Where Redis is: redis://, rediss://, unix://, redis+cluster:// or redis+sentinel://.")
    var redis: String

    @Option(help: "How many instances, 1 to 16, each a process of its own.")
    var instances = 3

    @Option(help: "How long to drive traffic, 1 to 600 seconds.")
    var seconds = 10

    @Option(help: ArgumentHelp("Write the findings to a file.", valueName: "file"))
    var json: String?

    @Flag(help: "Leave the instances up until Ctrl-C, and print lines to try.")
    var keep = false

    func validate() throws {
        guard (1...16).contains(instances) else { throw ValidationError("--instances takes 1 to 16.") }
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds takes 1 to 600.") }
    }

    func run() async throws {
        let terminal = Terminal()
        // Chosen beforehand, so that each can be told of the others.
        let ports = try LoopbackPort.free(instances)
        let started = try ports.enumerated().map { place, port in
            ProgressLine.show("starting instance \(place + 1) of \(instances)")
            let peers = ports.filter { $0 != port }
            return try Instance(name: "instance-\(place + 1)", redis: redis, port: port, peers: peers)
        }
        defer { for instance in started { instance.stop() } }
        ProgressLine.show("")
        for instance in started {
            terminal.line("\(instance.name): http://127.0.0.1:\(instance.port), process \(instance.processIdentifier)")
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let findings: Findings
        do {
            findings = try await Demonstration(
                instances: started,
                client: client,
                redis: redis,
                seconds: seconds,
                terminal: terminal
            ).run()
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
        if let json { try findings.write(to: json) }
        if keep { try await linger(findings, started, terminal) }
        guard findings.exact else { throw ExitCode(1) }
    }

    private func linger(_ findings: Findings, _ instances: [Instance], _ terminal: Terminal) async throws {
        let token = "\(findings.group.name).crm.zoe"
        let shell = try RedisShell(url: redis)
        let cli = shell.command
        terminal.line()
        terminal.line(terminal.paint("The instances stay up until Ctrl-C. Look at:", .bold))
        for instance in instances.prefix(1) { terminal.line("  http://127.0.0.1:\(instance.port)/") }
        terminal.line(terminal.paint("Try:", .bold))
        for instance in instances.prefix(2) {
            terminal.line(
                "  curl -i -X POST -H 'Authorization: Bearer \(token)' http://127.0.0.1:\(instance.port)/objects"
            )
        }
        terminal.line("  \(cli) --scan --pattern 'weir:*'\(shell.remarkOnScan)")
        terminal.line("  \(cli) PTTL 'weir:{g=\(findings.group.name)}:group'")
        let limit = ExampleAPI.groupLimit
        let peek = "'[\(limit.count),\(limit.window.microseconds),128]' '[1,0,1,0,0,1,1,0,1,0]'"
        terminal.line("  \(cli) --eval lua/acquire.lua 'weir:{g=\(findings.group.name)}:group' , \(peek)")
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
    }
}
#endif
