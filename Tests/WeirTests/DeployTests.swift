import Console
import Foundation
import TestSupport
import Testing
import Weir

/// What `deploy/` offers works as it stands: the servers for a try, and the settings for production.
@Suite(.serialized, .timeLimit(.minutes(4))) struct DeployTests {
    private static let starts = ["deploy/cluster/start", "deploy/sentinel/start"]
    private static let stops = ["deploy/cluster/stop", "deploy/sentinel/stop"]

    @Test func everyScriptCanBeRead() throws {
        let files = try Tool.run("git", ["ls-files", "deploy", "Tests"], in: Repository.root).split(separator: "\n")
        let scripts = try files.map(String.init).filter { file in
            guard !file.hasSuffix(".swift"), !file.contains("corpus/") else { return false }
            return try file.hasSuffix(".bash") || Repository.text(file).hasPrefix("#!/usr/bin/env bash\n")
        }
        #expect(scripts.count >= 10)
        for script in scripts { _ = try Tool.run("bash", ["-O", "extglob", "-n", script], in: Repository.root) }
    }

    @Test(arguments: starts + stops) func everyScriptExplainsItself(script: String) throws {
        #expect(try TriedServers.run(script, ["--help"]).hasPrefix("usage: \(script) "))
    }

    @Test func everyLineOfThePageExplainsItself() throws {
        let lines = try Repository.blocks("sh", in: "deploy/README.md").flatMap { $0.split(separator: "\n") }
        #expect(lines.map(String.init).sorted() == Self.starts)
    }

    @Test(arguments: [
        (starts, ["--what"], "'--what' is not understood"), (starts, ["--port"], "--port takes a port from 1024"),
        (starts, ["--port", "x"], "--port takes a port"), (starts, ["--port", "999"], "--port takes a port"),
        (starts, ["--port", "21995"], "to 21994"), (starts, ["--directory"], "--directory takes a directory"),
        (starts, ["--directory", "deploy"], "is not empty"),
        (starts, ["--directory", "/dev/null/x"], "cannot be made"),
        (stops, [], "name the directory"), (stops, ["/nowhere"], "/nowhere is not there"),
        (stops, ["deploy"], "deploy is no directory of deploy/"), (stops, ["--what"], "'--what' is not understood"),
    ])
    func whatIsWrongIsSaid(scripts: [String], words: [String], says: String) throws {
        for script in scripts {
            let error = try #require(throws: RedisServer.Failure.self) { try TriedServers.run(script, words) }
            #expect(error.description.contains("\(script): "))
            #expect(error.description.contains(says))
        }
    }

    @Test(arguments: [[], ["--acl"]]) func aClusterToTry(options: [String]) async throws {
        let cluster = try TriedServers("cluster", options)
        let ports = try cluster.ports
        #expect(ports.count == 6)
        let user = options.isEmpty ? "" : "weir:\(RedisServer.password)@"
        let hosts = ports.prefix(3).map { "127.0.0.1:\($0)" }.joined(separator: ",")
        #expect(cluster.url == "redis+cluster://\(user)\(hosts)")
        #expect(try cluster.copied("look").split(separator: "\n").count == 6)
        for port in ports {
            let state = try cluster.ask(port, "CLUSTER", "INFO")
            #expect(state.contains("cluster_state:ok\r\n") && state.contains("cluster_slots_ok:16384\r\n"))
        }
        try await expectDecision(cluster.url)
        try expectShell(cluster)

        let taken = try #require(throws: RedisServer.Failure.self) {
            try TriedServers.run("deploy/cluster/start", ["--port", "\(ports[0])"])
        }
        #expect(taken.description.contains("port \(ports[0]) is taken"))

        try cluster.copied("failover")
        #expect(
            try await eventually {
                try cluster.copied("look").split(separator: "\n").contains {
                    $0.contains(" 0-5460") && !$0.contains(":\(ports[0])@")
                }
            }
        )
        try cluster.copied("and back")
        #expect(
            try await eventually { (try? cluster.ask(ports[0], "INFO", "replication"))?.contains("role:slave") == true }
        )
        try expectNothingIsLeft(of: cluster)
    }

    @Test(arguments: [[], ["--acl"]]) func sentinelsToTry(options: [String]) async throws {
        let servers = try TriedServers("sentinel", options)
        let ports = try servers.ports
        #expect(ports.count == 6)
        let (user, query) =
            options.isEmpty ? ("", "") : ("weir:change-me@", "?sentinel-user=weir&sentinel-password=change-me")
        let hosts = ports.suffix(3).map { "127.0.0.1:\($0)" }.joined(separator: ",")
        #expect(servers.url == "redis+sentinel://\(user)\(hosts)/weir\(query)")
        try await expectDecision(servers.url)
        try expectShell(servers)
        for port in ports.suffix(3) {
            #expect(try servers.ask(port, "SENTINEL", "CKQUORUM", "weir").hasPrefix("OK 3 usable Sentinels"))
        }
        #expect(try servers.copied("look") == "127.0.0.1\n\(ports[0])")

        let taken = try #require(throws: RedisServer.Failure.self) {
            try TriedServers.run("deploy/sentinel/start", ["--port", "\(ports[0] - 4)"])
        }
        #expect(taken.description.contains("port \(ports[0]) is taken"))

        try servers.copied("failover")
        #expect(try await eventually { try servers.copied("look") != "127.0.0.1\n\(ports[0])" })
        try servers.copied("and back")
        #expect(
            try await eventually(within: .seconds(40)) {
                (try? servers.ask(ports[0], "INFO", "replication"))?.contains("role:slave") == true
            }
        )
        // Refused by Sentinels that are not of one mind yet.
        #expect(try await eventually(within: .seconds(40)) { try servers.copied("planned") == "OK" })
        try expectNothingIsLeft(of: servers)
    }

    @Test func whatIsNotDetachedEndsWithItsScriptAndADirectoryOfYoursStays() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: directory) }
        let script = """
            deploy/sentinel/start --directory \(directory.path) > \(directory.path).out & started=$!
            until grep -q Ctrl-C \(directory.path).out; do kill -0 $started; sleep 0.1; done
            rm \(directory.path).out
            kill -TERM $started
            wait $started
            """
        // A child of this process blocks the signals that this process blocks, and bash cannot change that.
        let unblocking = ["perl", "-MPOSIX", "-e", "sigprocmask(SIG_UNBLOCK, POSIX::SigSet->new(SIGTERM)); exec @ARGV"]
        let words = ["-k", "5", "60"] + unblocking + ["bash", "-euo", "pipefail", "-c", script]
        _ = try Tool.run("timeout", words, in: Repository.root)
        let ports = try FileManager.default.contentsOfDirectory(atPath: directory.path).compactMap { Int($0) }
        #expect(ports.count == 6)
        for port in ports {
            #expect(throws: RedisServer.Failure.self) { try Tool.run("redis-cli", ["-p", "\(port)", "PING"]) }
        }
    }

    @Test(arguments: [false, true]) func theSettingsOfAClusterHold(isEncrypted: Bool) async throws {
        let users = ["deploy/weir.acl", "deploy/cluster/replica.acl"]
        let servers = try DeployedServers(users: users, isEncrypted: isEncrypted)
        let ports = Array(servers.first..<servers.first + 6)
        for number in 0..<6 { try servers.start("deploy/cluster/redis.conf", number) }
        for port in ports { #expect(try await eventually { (try? servers.ask(port, "PING")) == "PONG" }) }
        let addresses = ports.map { "127.0.0.1:\($0)" }
        let create = ["--cluster", "create"] + addresses + ["--cluster-replicas", "1", "--cluster-yes"]
        _ = try Tool.run("timeout", ["60", "redis-cli"] + servers.options() + create)
        for port in ports {
            #expect(
                try await eventually(within: .seconds(30)) {
                    try servers.ask(port, "CLUSTER", "INFO").contains("cluster_state:ok")
                        && servers.ask(port, "INFO", "replication").contains("link_status:down") == false
                        && servers.ask(port, "CLUSTER", "NODES").matches(of: /slave/).count == 3
                }
            )
        }
        try servers.kill(ports[0])
        #expect(
            try await eventually(within: .seconds(40)) {
                try servers.ask(ports[1], "CLUSTER", "NODES").split(separator: "\n").contains {
                    $0.contains(" 0-5460") && !$0.contains(":\(ports[0])@")
                }
            }
        )
        for port in ports.dropFirst() { #expect(try servers.ask(port, "ACL", "LOG") == "", "no right was missing") }
    }

    @Test(arguments: [false, true]) func theSettingsOfSentinelsHold(isEncrypted: Bool) async throws {
        let users = ["deploy/weir.acl", "deploy/sentinel/servers.acl"]
        let servers = try DeployedServers(users: users, isEncrypted: isEncrypted)
        let ports = Array(servers.first..<servers.first + 6)
        for number in 0..<3 { try servers.start("deploy/sentinel/redis.conf", number, isReplica: number > 0) }
        let write = ["EVAL", "return redis.call('SET', KEYS[1], 'x')", "1", "weir:try"]
        #expect(
            try await eventually(within: .seconds(30)) {
                (try? servers.ask(ports[0], "INFO", "replication"))?.matches(of: /state=online/).count == 2
            }
        )
        for number in 3..<6 { try servers.start("deploy/sentinel/sentinel.conf", number, "--sentinel") }
        for port in ports.suffix(3) {
            #expect(
                try await eventually(within: .seconds(40)) {
                    let state = (try? servers.ask(port, "INFO", "sentinel")) ?? ""
                    return state.contains("status=ok,") && state.contains("slaves=2,sentinels=3")
                }
            )
        }
        let question = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "weir"]
        func primary() throws -> String {
            try Tool.run("redis-cli", ["-p", "\(ports[4])"] + servers.options("weir") + question)
        }
        #expect(try primary() == "127.0.0.1\n\(ports[0])")
        let refused = try servers.ask(ports[4], as: "weir", "SENTINEL", "FAILOVER", "weir")
        #expect(refused.hasPrefix("NOPERM"), "Weir's user may look and nothing else")
        #expect(try servers.ask(ports[4], "ACL", "LOG", "RESET") == "OK")

        try servers.kill(ports[0])
        #expect(try await eventually(within: .seconds(40)) { try primary() != "127.0.0.1\n\(ports[0])" })
        let promoted = try #require(try Int(primary().split(separator: "\n").last ?? ""))
        // With `min-replicas-to-write`, once the other replica follows.
        #expect(
            try await eventually(within: .seconds(40)) {
                try Tool.run("redis-cli", ["-p", "\(promoted)"] + servers.options("weir") + write) == "OK"
            }
        )
        for port in ports.dropFirst() { #expect(try servers.ask(port, "ACL", "LOG") == "", "no right was missing") }
    }

    private func expectDecision(_ url: String) async throws {
        let rules = [Rule("group", per: .group, limit: Limit(5, per: .minute))]
        let limiter = try RateLimiter(redis: url, rules: rules, configuration: .patient)
        try await limiter.connect()
        // Different owners have different slots.
        for group in 0..<20 {
            let usage = try await limiter.acquire(Descriptor(group: "\(group)")).usage
            #expect(usage.source == .redis && usage["group"]?.used == 1)
        }
        await limiter.shutdown()
    }

    /// What `deploy/demo --keep` prints works for the user of the URL, once there was a decision.
    private func expectShell(_ servers: TriedServers) throws {
        let shell = try RedisShell(url: servers.url)
        for group in 0..<3 {
            let key = "'weir:{g=\(group)}:group'"
            #expect(try Int(servers.typed("\(shell.command) PTTL \(key)")).map { $0 > 0 } == true)
            let peek = "--eval lua/acquire.lua \(key) , '[5,60000000,128]' '[1,0,1,0,0,1,1,0,1,0]'"
            let answer = try servers.typed("\(shell.command) \(peek)")
            #expect(answer.contains { $0.isNumber } && !answer.contains("NOPERM") && !answer.contains("ERR"))
        }
        let scan = try servers.typed("{ \(shell.command) --scan --pattern 'weir:*'\(shell.remarkOnScan)\n} || true")
        #expect(scan.contains("weir:{g=") == !shell.remarkOnScan.contains("+scan"))
    }

    private func expectNothingIsLeft(of servers: TriedServers) throws {
        let (ports, directory) = (try servers.ports, servers.directory)
        #expect(try servers.stop() == "stopped")
        #expect(!FileManager.default.fileExists(atPath: directory))
        for port in ports {
            #expect(throws: RedisServer.Failure.self) { try Tool.run("redis-cli", ["-p", "\(port)", "PING"]) }
        }
    }
}
