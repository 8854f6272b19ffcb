import Hiredis
import Logging
import TestSupport
import Testing

/// The pump against a real server, and against one that misbehaves by script.
@Suite struct RedisClientTests {
    private func client(_ url: String, _ change: (inout ConnectionOptions) -> Void = { _ in }) throws -> RedisClient {
        var options = ConnectionOptions.patient
        change(&options)
        let address = try RedisAddress(url: url)
        return try RedisClient(
            address: address,
            options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            wakeup: try Wakeup()
        )
    }

    private func failure(_ body: () async throws(RedisError) -> Reply) async -> RedisError? {
        do throws(RedisError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    private var soon: ContinuousClock.Instant { .now + .seconds(10) }

    @Test func everyCallerGetsItsOwnReply() async throws {
        let server = try RedisServer()
        let client = try client(server.unrestrictedURL) { $0.depth = 8 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    let text = "\(number) \0 \r\n {}"
                    let reply = try await client.reply(to: Command("ECHO", text), before: .now + .seconds(30))
                    #expect(reply.string == text)
                }
            }
            try await group.waitForAll()
        }
        await client.shutdown()
    }

    @Test func kindsOfReplies() async throws {
        let server = try RedisServer()
        let client = try client(server.unrestrictedURL)
        #expect(try await client.reply(to: Command("PING"), before: soon) == .status("PONG"))
        #expect(try await client.reply(to: Command("GET", "nothing"), before: soon) == .null)
        #expect(try await client.reply(to: Command("INCR", "n"), before: soon) == .integer(1))
        let mixed = Script(source: Array("return {1, 'two', {3, 4}, false, {}, {{'five'}, 6}}".utf8))
        var command = Command(calling: mixed)
        command.append(0)
        let expected = Reply.array([
            .integer(1), .text(Array("two".utf8)), .integers([3, 4]), .null, .integers([]),
            .array([.array([.text(Array("five".utf8))]), .integer(6)]),
        ])
        #expect(try await client.reply(to: command, before: soon) == expected)
        let error = await failure { () throws(RedisError) in
            try await client.reply(to: Command("NONSENSE"), before: soon)
        }
        #expect(error?.code == .refused && error?.server?.code == "ERR")
        await client.shutdown()
    }

    @Test func aHandshakeSaysWhoWeAre() async throws {
        let server = try RedisServer()
        try server.command("ACL", "SETUSER", "app", "on", ">secret", "~*", "&*", "+@all")
        let url = "unix://app:secret@\(server.socket)?db=3"
        let client = try client(url) { $0.clientName = "weir-test" }
        let info = try await client.reply(to: Command("CLIENT", "INFO"), before: soon).string ?? ""
        #expect(info.contains("name=weir-test ") && info.contains("db=3 ") && info.contains("user=app "))
        await client.shutdown()
    }

    @Test func aWrongPasswordIsSaidAndNotShown() async throws {
        let server = try RedisServer("requirepass", "root")
        let client = try client("unix://:hunter2@\(server.socket)")
        let error = await failure { () throws(RedisError) in
            try await client.reply(to: Command("PING"), before: .now + .seconds(2))
        }
        #expect(error?.code == .refused && error?.server?.code == "WRONGPASS" && error?.mayHaveRun == false)
        #expect(error?.message.contains("hunter2") == false)
        await client.shutdown()
    }

    @Test func nobodyThere() async throws {
        let client = try client("unix:///nowhere/redis.sock")
        let error = await failure { () throws(RedisError) in
            try await client.reply(to: Command("PING"), before: .now + .seconds(2))
        }
        #expect(error?.code == .unreachable && error?.mayHaveRun == false)
        #expect(error?.message.contains("No such file") == true)
        await client.shutdown()
    }

    @Test func aLateReplyGoesToNobodyElse() async throws {
        let server = try RedisServer()
        let client = try client(server.unrestrictedURL) { $0.stallLimit = .seconds(30) }
        _ = try await client.reply(to: Command("PING"), before: soon)
        server.stopForAWhile()
        let late = await failure { () throws(RedisError) in
            try await client.reply(to: Command("INCR", "n"), before: .now + .seconds(1))
        }
        #expect(late?.code == .timedOut && late?.mayHaveRun == true)
        server.goOn()
        for number in 2..<50 {
            #expect(try await client.reply(to: Command("INCR", "n"), before: soon) == .integer(number))
        }
        await client.shutdown()
    }

    @Test func aStalledConnectionIsReplaced() async throws {
        let server = try RedisServer()
        let client = try client(server.unrestrictedURL) { $0.stallLimit = .milliseconds(200) }
        _ = try await client.reply(to: Command("PING"), before: soon)
        server.stopForAWhile()
        let error = await failure { () throws(RedisError) in
            try await client.reply(to: Command("INCR", "n"), before: soon)
        }
        #expect(error?.mayHaveRun == true, "it was sent and never answered")
        server.goOn()
        #expect(try await client.reply(to: Command("PING"), before: soon) == .status("PONG"))
        await client.shutdown()
    }

    @Test func aMissingScriptIsSentWholeUnseen() async throws {
        let server = try RedisServer()
        let script = Script(source: Array("return redis.call('INCR', KEYS[1])".utf8))
        let client = try client(server.unrestrictedURL) { $0.scripts = [script] }
        var command = Command(calling: script)
        command.append(1)
        command.append("n")
        for number in 1...20 {
            if number % 3 == 0 { try server.command("SCRIPT", "FLUSH") }
            #expect(try await client.reply(to: command, before: soon) == .integer(number))
        }
        await client.shutdown()
    }

    @Test func whatADemotedServerRefusedIsDoneOnceWhenItIsPromoted() async throws {
        let server = try RedisServer()
        let client = try client(server.unrestrictedURL)
        let end = ContinuousClock.now + .seconds(60)
        #expect(try await client.reply(to: Command("INCR", "n"), before: end) == .integer(1))
        try server.command("REPLICAOF", "127.0.0.1", "1")
        let tasks = (0..<20).map { _ in Task { try await client.reply(to: Command("INCR", "n"), before: end) } }
        let attempts = client.connectionAttempts
        #expect(try await eventually { client.connectionAttempts > attempts + 1 }, "it looks for a primary")
        try server.command("REPLICAOF", "NO", "ONE")
        var numbers: Set<Int> = []
        for task in tasks { if case .integer(let number) = try await task.value { numbers.insert(number) } }
        #expect(numbers == Set(2...21))
        await client.shutdown()
    }

    @Test func cancellationAnswersAtOnceAndLosesNobodyElsesReply() async throws {
        let server = try RedisServer()
        let client = try client(server.unrestrictedURL) { $0.stallLimit = .seconds(30) }
        _ = try await client.reply(to: Command("PING"), before: soon)
        server.stopForAWhile()
        let tasks = (0..<100).map { _ in
            Task { () -> RedisError.Code? in
                do throws(RedisError) {
                    _ = try await client.reply(to: Command("INCR", "n"), before: .now + .seconds(60))
                    return nil
                } catch {
                    return error.code
                }
            }
        }
        for (number, task) in tasks.enumerated() where number % 2 == 0 { task.cancel() }
        for (number, task) in tasks.enumerated() where number % 2 == 0 {
            #expect(await task.value == .cancelled)
        }
        server.goOn()
        for (number, task) in tasks.enumerated() where number % 2 == 1 { #expect(await task.value == nil) }
        await client.shutdown()
    }

    @Test func aLineThatIsFullRefusesAtOnce() async throws {
        let server = try RedisServer()
        let client = try client(server.unrestrictedURL) { $0.stallLimit = .seconds(30) }
        _ = try await client.reply(to: Command("PING"), before: soon)
        server.stopForAWhile()
        let codes = await withTaskGroup(of: RedisError.Code?.self) { group in
            for _ in 0..<1500 {
                group.addTask {
                    do throws(RedisError) {
                        _ = try await client.reply(to: Command("PING"), before: .now + .seconds(2))
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            var codes: [RedisError.Code?: Int] = [:]
            for await code in group { codes[code, default: 0] += 1 }
            return codes
        }
        server.goOn()
        #expect(codes[.overloaded, default: 0] >= 1500 - 1024 - 2)
        #expect(codes[.timedOut, default: 0] >= 1)
        #expect(codes.values.reduce(0, +) == 1500, "every caller has one answer")
        await client.shutdown()
    }

    @Test func shutdownLetsWhatWaitsFinishAndRefusesTheRest() async throws {
        let server = try RedisServer()
        let client = try client(server.unrestrictedURL)
        _ = try await client.reply(to: Command("PING"), before: soon)
        let tasks = (0..<200).map { _ in
            Task { try await client.reply(to: Command("INCR", "n"), before: .now + .seconds(10)) }
        }
        while try server.command("GET", "n").isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        await client.shutdown()
        var finished = 0
        for task in tasks {
            do {
                _ = try await task.value
                finished += 1
            } catch let error as RedisError {
                #expect(error.code == .shutDown && !error.mayHaveRun)
            }
        }
        #expect(try server.command("GET", "n") == "\(finished)", "what was answered ran, what was refused did not")
        let error = await failure { () throws(RedisError) in try await client.reply(to: Command("PING"), before: soon) }
        #expect(error?.code == .shutDown)
    }

    @Test(arguments: [
        ("garbage", [ScriptedServer.Step.send("+OK\r\n"), .send("?!\r\n")], RedisError.Code.protocolViolation),
        ("a reply too many", [.send("+OK\r\n"), .send("+a\r\n+b\r\n")], .protocolViolation),
        ("closed instead of answered", [.send("+OK\r\n"), .close], .connectionLost),
        ("half a reply, then silence", [.send("+OK\r\n"), .send("$5\r\nab")], .timedOut),
    ])
    func strangeServers(what: String, steps: [ScriptedServer.Step], code: RedisError.Code) async throws {
        let server = try ScriptedServer(steps)
        let client = try client("unix://\(server.path)") { $0.stallLimit = .milliseconds(300) }
        var errors: [RedisError] = []
        // A reply too many shows with the reply that it follows, or with the next command.
        for _ in 0..<2 {
            let error = await failure { () throws(RedisError) in
                try await client.reply(to: Command("GET", "x"), before: soon)
            }
            if let error { errors.append(error) }
        }
        #expect(errors.contains { $0.code == code } || what == "a reply too many", "\(errors)")
        await client.shutdown()
    }

    @Test func connectionsDoNotLeak() async throws {
        let server = try RedisServer()
        for _ in 0..<50 {
            let client = try client(server.unrestrictedURL)
            _ = try await client.reply(to: Command("PING"), before: soon)
            await client.shutdown()
        }
        // One connection is that of redis-cli itself; Redis may notice the end of the last ones a moment later.
        let isAlone = try await eventually {
            try server.command("CLIENT", "LIST").split(separator: "\n").count == 1
        }
        #expect(isAlone)
    }
}
