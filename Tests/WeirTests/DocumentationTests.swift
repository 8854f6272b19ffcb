import Foundation
import TestSupport
import Testing
import Weir

/// Whatever a reader is told to type works as it stands.
@Suite struct DocumentationTests {
    private func run(_ line: String, on server: RedisServer) throws -> String {
        let line = line.replacing("redis-cli ", with: "redis-cli -e -s \(server.socket) ")
        return try Tool.run("bash", ["-euo", "pipefail", "-c", line], in: Repository.root)
    }

    @Test func fiveUnitsByHandAndTheSixthIsDenied() throws {
        let server = try RedisServer()
        let lines = try Repository.blocks("sh", in: "lua/README.md").flatMap { $0.split(separator: "\n") }
        let line = try #require(lines.first { $0.contains("lua/acquire.lua") }.map(String.init))
        for used in 1...5 {
            let reply = try run(line, on: server).split(separator: " ")
            #expect(reply.count == 3 && reply[1] == "\(used)")
        }
        let reply = try run(line, on: server).split(separator: " ")
        #expect(reply[1] == "-1" && reply[3] == "5" && reply[2] == reply[4])
    }

    @Test func theLineAtTheHeadOfEachScript() throws {
        let server = try RedisServer()
        let scripts = try FileManager.default.contentsOfDirectory(atPath: Repository.root.appending(path: "lua").path)
            .filter { $0.hasSuffix(".lua") }
        #expect(!scripts.isEmpty)
        for script in scripts {
            let text = try Repository.text("lua/\(script)")
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Try it") }, "\(script)")
            let command = line.dropFirst("Try it".count).trimmingCharacters(in: .whitespaces)
            #expect(command.contains("lua/\(script)"))
            _ = try run(command, on: server)
        }
    }

    @Test(arguments: ["README.md", "deploy/README.md", "lua/README.md", "Sources/weir-stress/README.md"])
    func everyLinkToAFileLeadsThere(page: String) throws {
        let folder = Repository.root.appending(path: page).deletingLastPathComponent()
        for link in try Repository.text(page).matches(of: /\]\(([^)#:]+)\)/).map(\.output.1) {
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: String(link)).path), "\(link)")
        }
    }

    @Test func everyCommandOfTheReadmeIsThereAndExplainsItself() throws {
        let commands = try Repository.blocks("sh", in: "README.md").flatMap { $0.split(separator: "\n") }
        #expect(commands == ["deploy/demo", "Tests/run"])
        for command in commands {
            let help = try Tool.run("bash", [String(command), "--help"], in: Repository.root)
            #expect(help.hasPrefix("usage: \(command)"))
        }
    }

    private func serverWithTheUserOfTheReadme() throws -> RedisServer {
        let blocks = try Repository.blocks("", in: "README.md")
        let line = try #require(blocks.first { $0.hasPrefix("user weir ") })
        let server = try RedisServer()
        _ = try server.cli(["ACL", "SETUSER"] + line.split(separator: " ").dropFirst().map(String.init))
        return server
    }

    /// A warning that another instance has given already is looked up; nobody would notice if that were forbidden.
    @Test func theRightsInTheReadmeSufficeForWarnings() async throws {
        let server = try serverWithTheUserOfTheReadme()
        var configuration = RateLimiter.Configuration.patient
        configuration.onNearLimit = { _ in }
        let rules = [Rule("group", per: .group, limit: Limit(9, per: .day), warnAt: 0.1)]
        for granted in [true, false] {
            let limiter = try RateLimiter(
                redis: "unix://weir:\(RedisServer.password)@\(server.socket)",
                rules: rules,
                configuration: configuration
            )
            // What is asked at connect calls these too.
            try await limiter.connect()
            try server.command("CONFIG", "RESETSTAT")
            #expect(try await limiter.acquire(Descriptor(group: "acme")).usage.isNearLimit)
            let done = granted ? "cmdstat_set:calls=2," : "cmdstat_pttl:calls=1,"
            #expect(try await eventually { try server.command("INFO", "commandstats").contains(done) })
            await limiter.shutdown()
        }
    }

    @Test func theRightsInTheReadmeSufficeForEverything() async throws {
        let server = try serverWithTheUserOfTheReadme()
        let limiter = try RateLimiter(
            redis: "unix://weir:\(RedisServer.password)@\(server.socket)?db=1",
            rules: [
                Rule("token", per: .token, limit: Limit(5, per: .minute)),
                Rule("group", per: .group, limit: Limit(100, per: .day)),
                Rule("application", observing: .group, .application, per: .day),
            ],
            configuration: .patient
        )
        let descriptor = Descriptor(token: "t", group: "acme", application: "crm")
        #expect(try await limiter.acquire(descriptor).isAllowed)
        #expect(try await limiter.acquire(descriptor, upTo: 9).usage.charged == 4)
        #expect(try await limiter.refund(descriptor, cost: 5)["token"]?.used == 0)
        #expect(try await limiter.acquire(descriptor).isAllowed)
        #expect(try await limiter.peek(descriptor)["token"]?.used == 1)
        #expect(try await limiter.usage(of: "acme")["crm"] == 1)
        try await limiter.setOverride(LimitOverride(0), of: "group", for: descriptor)
        #expect(try await limiter.acquire(descriptor).isAllowed == false)
        #expect(try await limiter.overrides(of: descriptor).map(\.text) == ["0"])
        try await limiter.removeOverride(of: "group", for: descriptor)
        #expect(try await limiter.reset(descriptor) == 3)
        await limiter.shutdown()

        let keeper = try QuotaKeeper(
            redis: "unix://weir:\(RedisServer.password)@\(server.socket)?db=1",
            configuration: .patient
        )
        #expect(
            try await keeper.create(by: "u", operation: "1", durability: .replicas(1, within: .milliseconds(1)))
                .isCreated
        )
        #expect(try await keeper.release(by: "u").used == 0)
        #expect(
            try await keeper.register(site: "a.example", for: "acme", application: "crm", operation: "2").isRegistered
        )
        #expect(try await keeper.sites(of: "acme").count == 1)
        #expect(try await keeper.unregister(site: "a.example", for: "acme"))
        try await keeper.setOverride(LimitOverride(3), of: .sites(group: "acme"))
        try await keeper.removeOverride(of: .sites(group: "acme"))
        try await keeper.grant(ProductionGrant(group: "acme", application: "crm", calls: 5))
        #expect(try await keeper.withdrawGrant(of: "crm") == "acme")
        await #expect(throws: WeirError.self) { try await keeper.dangers() }
        await keeper.shutdown()
    }
}
