import Hiredis
import LocalServers
import StressHarness

/// A private Redis with a proxy before it, gone when the test is; both may be behind a link that can be taken down.
struct ProxiedRedis: Sendable {
    let server: PrivateRedis
    let proxy: FaultyProxy

    static func run(behindLink hasLink: Bool = false, _ test: (ProxiedRedis) async throws -> Void) async throws {
        let server = try await OwnThread.run {
            try PrivateRedis(in: hasLink ? NetworkNamespace() : nil, options: FaultInjector.serverOptions)
        }
        let proxy = try await FaultyProxy(to: server.socket, in: server.namespace)
        let result: Result<Void, any Error>
        do {
            result = .success(try await test(ProxiedRedis(server: server, proxy: proxy)))
        } catch {
            result = .failure(error)
        }
        await proxy.shutdown()
        try await OwnThread.run {
            server.stop()
            server.namespace?.remove()
        }
        try result.get()
    }

    /// What the server answers to a command that does not pass through the proxy.
    @discardableResult
    func direct(_ words: String...) async throws -> Reply { try await Self.ask(server.address, words) }

    /// What the server answers over a new connection through the proxy.
    @discardableResult
    func proxied(_ words: String...) async throws -> Reply { try await Self.ask(proxy.address, words) }

    private static func ask(_ address: RedisAddress, _ words: [String]) async throws -> Reply {
        try await OwnThread.run {
            var command = Command()
            for word in words { command.append(word) }
            return try BlockingConnection(address: address).reply(to: command)
        }
    }
}
