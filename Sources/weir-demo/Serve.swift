#if Hummingbird
import ArgumentParser
import Foundation
import Hummingbird
import Logging
import NIOCore
import PrometheusExposition
import ServiceLifecycle
import UnixSignals
import Weir
import WeirPolicy

/// One instance of the example service.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run one instance of the example API.")

    @Option(
        help: """
            Where Redis is: redis://, rediss://, unix://, redis+cluster:// or redis+sentinel://. By default what the \
            environment says as WEIR_REDIS, where no other user of the machine reads the password.
            """
    )
    var redis: String?

    @Option(help: "The address to listen on; 0.0.0.0 is every one of this host, as in a container.")
    var host = "127.0.0.1"

    @Option(help: "The port; 0 takes a free one, which is printed.")
    var port = 0

    @Option(help: "How long a decision may take, in milliseconds.")
    var deadline = 1000

    @Option(help: "A policy file, read again whenever it changes; the example's own rules unless given.")
    var policy: String?

    @Option(help: "What the page calls this instance.")
    var name = "instance"

    @Option(
        help: ArgumentHelp("Where another instance is, for the page; may be given several times.", valueName: "url")
    )
    var peer: [String] = []

    @Flag(help: "End when standard input ends, so that an instance does not outlive whoever started it.")
    var untilInputEnds = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard let redis = redis ?? environment["WEIR_REDIS"] else {
            throw ValidationError("Say where Redis is, by --redis or as WEIR_REDIS.")
        }
        let logger = Logger(label: "weir-demo") { StreamLogHandler.standardError(label: $0) }
        let metrics = PrometheusMetrics(help: WeirHelp.texts)
        var configuration = RateLimiter.Configuration()
        configuration.clientName = "weir-demo"
        configuration.deadline = .milliseconds(deadline)
        configuration.logger = logger
        if let secret = environment["WEIR_KEY_SECRET"] { configuration.keySecret = secret }
        // What it shows is an exact count: a request that cannot be counted is an error, unless a policy file says otherwise.
        configuration.failurePolicy = .fail
        let file = try policy.map { path throws(PolicyError) in try PolicyFile(path: path, logger: logger) }
        let policy = file?.current ?? ExampleAPI.policy
        let api = try ExampleAPI(
            policy: policy,
            redis: redis,
            configuration: configuration,
            metrics: metrics,
            name: name,
            peers: peer
        )
        file?.keepUpToDate(api.limiter, api.keeper, api.responses)
        // Of what goes well the metrics tell.
        var quiet = logger
        quiet.logLevel = .warning
        let application = Application(
            router: api.router(),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            services: [api.limiter, api.keeper, api.board] + (file.map { [$0] } ?? []),
            onServerRunning: { channel in
                let line = "listening on \(channel.localAddress?.port ?? 0)\n"
                FileHandle.standardOutput.write(Data(line.utf8))
            },
            logger: quiet
        )
        var services: [any Service] = [application]
        if untilInputEnds { services.append(InputWatch()) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: quiet
            )
        )
        try await group.run()
    }
}

/// Ends when standard input does.
private struct InputWatch: Service {
    func run() async throws {
        let ended = AsyncStream<Void> { continuation in
            // A read blocks; the thread is the only thing that waits in it, and the process ends with it.
            Thread.detachNewThread {
                while !FileHandle.standardInput.availableData.isEmpty {}
                continuation.finish()
            }
        }
        await cancelWhenGracefulShutdown { for await _ in ended {} }
    }
}
#endif
