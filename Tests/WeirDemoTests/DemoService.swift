#if Hummingbird
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import PrometheusExposition
import TestSupport
import Testing
import Weir
import WeirPolicy

@testable import weir_demo

/// One instance of the demo behind a Redis of its own, for as long as a test asks it.
struct DemoService: Sendable {
    let server: RedisServer
    let api: ExampleAPI
    let client: any TestClientProtocol

    /// Asks an instance that runs by a policy, and is connected unless the test wants to see it before.
    static func run(
        _ policy: Policy = ExampleAPI.policy,
        deadline: Duration = .seconds(10),
        isConnected: Bool = true,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ body: @escaping @Sendable (DemoService) async throws -> Void
    ) async throws {
        let server = try RedisServer()
        var configuration = RateLimiter.Configuration.patient
        configuration.deadline = deadline
        let api = try ExampleAPI(
            policy: policy,
            redis: server.url,
            configuration: configuration,
            metrics: PrometheusMetrics()
        )
        if isConnected {
            try await api.limiter.connect()
            try await api.keeper.connect()
        }
        do {
            try await Application(router: api.router(), logger: logger).test(.router) { client in
                try await body(DemoService(server: server, api: api, client: client))
            }
        } catch {
            await api.limiter.shutdown()
            await api.keeper.shutdown()
            throw error
        }
        await api.limiter.shutdown()
        await api.keeper.shutdown()
    }

    /// A policy of `deploy/policies`.
    static func policy(_ name: String) throws -> Policy {
        try Policy(contentsOf: Repository.root.appending(path: "deploy/policies/\(name).yaml").path)
    }

    func send(_ method: HTTPRequest.Method, _ path: String, by token: String?) async throws -> Answer {
        var headers = HTTPFields()
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await client.execute(uri: path, method: method, headers: headers) { Answer($0) }
    }

    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: String

        init(_ response: TestResponse) {
            status = Int(response.status.code)
            headers = response.headers
            body = String(buffer: response.body)
        }

        subscript(name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

        /// The names of the fields about limits, in small letters.
        var told: Set<String> {
            Set(headers.map { $0.name.canonicalName }.filter { $0.contains("rate") || $0 == "retry-after" })
        }
    }
}
#endif
