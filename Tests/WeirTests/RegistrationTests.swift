import Hiredis
import LuaScripts
import TestSupport
import Testing
import Weir

/// A group has a quota of different sites, and nobody pays twice for one.
@Suite struct RegistrationTests {
    @Test func aStoredRegistrationIsRead() {
        let stored = RegisteredSite(identity: "a.de", stored: Array("4102444800000001 crm%20two".utf8))
        #expect(stored?.application == "crm two")
        #expect(stored?.registeredAt == .microseconds(4_102_444_800_000_001))
        #expect(RegisteredSite(identity: "a.de", stored: Array("1 100%".utf8))?.application == "100%")
        for value in ["", "1", "1 ", " crm", "x crm", "-1 crm", "99999999999999999999 crm"] {
            #expect(RegisteredSite(identity: "a.de", stored: Array(value.utf8)) == nil, "\(value)")
        }
    }

    @Test func whatARegistrationSays() {
        let usage = SiteUsage(count: 8, quota: 6)
        #expect(usage.remaining == 0)
        #expect(SiteUsage(count: 2, quota: 6).remaining == 4)
        #expect(Registration.registered(usage).isRegistered && Registration.alreadyRegistered(usage).isRegistered)
        #expect(!Registration.refused(usage).isRegistered)
        #expect(Registration.refused(usage).usage == usage)
        #expect(
            Registration.refusalMessage
                == "Application developer has exceeded maximum number of client installations. "
                + "Please contact the developer."
        )
    }

    // MARK: The script

    private static let sites = Array("weir:{g=acme}/sites".utf8)
    private static let limits = Array("weir:{g=acme}/limits".utf8)

    /// Asks a real server, at a time that stands still unless it is moved.
    private struct Group {
        let runner: ScriptRunner
        var now = ScriptRunner.epoch

        init() throws { runner = try ScriptRunner(RedisServer(), source: Scripts.register) }

        var server: RedisServer { runner.server }

        func ask(
            _ deed: RegistrationRequest.Deed,
            quota: Int = 6,
            operation: String? = nil
        ) async throws -> RegistrationVerdict {
            let operation = operation.map { Array("weir:{g=acme}/operation:\($0)".utf8) }
            let keys = QuotaKeys(quota: sites, limits: limits, operation: operation)
            return try await ask(RegistrationRequest(deed, keys, quota: quota))
        }

        func ask(_ request: RegistrationRequest) async throws -> RegistrationVerdict {
            let reply = try await runner.reply(to: request.command(calling: runner.script, at: now))
            guard let verdict = RegistrationVerdict(reply) else { throw ScriptRunner.StrangeReply(reply: reply) }
            #expect(verdict.time == now)
            return verdict
        }

        func register(
            _ site: String,
            by application: String = "crm",
            quota: Int = 6,
            operation: String? = nil
        ) async throws -> [Int] {
            let deed = RegistrationRequest.Deed.register(site: site, application: Array(application.utf8))
            return try await ask(deed, quota: quota, operation: operation).numbers
        }

        func unregister(_ site: String, operation: String? = nil) async throws -> [Int] {
            try await ask(.unregister(site: site), operation: operation).numbers
        }

        func count(quota: Int = 6) async throws -> [Int] { try await ask(.count, quota: quota).numbers }
    }

    @Test func sixDifferentSitesAndNoSeventhWhicheverApplicationAsks() async throws {
        let group = try Group()
        for number in 1...6 {
            #expect(try await group.register("s\(number)", by: "app\(number)") == [1, number, 6])
        }
        #expect(try await group.register("s7", by: "app1") == [0, 6, 6])
        #expect(try await group.register("s7", by: "app7") == [0, 6, 6])
        #expect(try await group.count() == [1, 6, 6])
        #expect(try await group.unregister("s3") == [1, 5, 6])
        #expect(try await group.register("s7", by: "app7") == [1, 6, 6])
    }

    @Test func aKnownSiteCostsNothingHoweverLowTheQuotaIs() async throws {
        var group = try Group()
        #expect(try await group.register("s1") == [1, 1, 6])
        #expect(try await group.register("s2") == [1, 2, 6])
        let registered = try group.server.command("HGET", "weir:{g=acme}/sites", "s1")
        #expect(registered == "\(ScriptRunner.epoch) crm")
        group.now += 1_000_000
        for quota in [6, 2, 1, 0] {
            #expect(try await group.register("s1", by: "erp", quota: quota) == [2, 2, quota])
        }
        #expect(try await group.register("s3", quota: 1) == [0, 2, 1])
        #expect(try await group.register("s3", quota: 0) == [0, 2, 0])
        let kept = try group.server.command("HGET", "weir:{g=acme}/sites", "s1")
        #expect(kept == registered, "the first registration stays")
    }

    @Test func theLastSiteLeavesNoKeyAndOthersNeverExpire() async throws {
        let group = try Group()
        #expect(try await group.unregister("s1") == [2, 0, 6])
        #expect(try await group.count() == [1, 0, 6])
        #expect(try group.server.command("DBSIZE") == "0")
        #expect(try await group.register("s1") == [1, 1, 6])
        #expect(try group.server.command("PTTL", "weir:{g=acme}/sites") == "-1")
        #expect(try await group.unregister("s1") == [1, 0, 6])
        #expect(try group.server.command("DBSIZE") == "0")
    }

    @Test func anOperationIsDoneOnce() async throws {
        let group = try Group()
        #expect(try await group.register("s1", operation: "1") == [1, 1, 6])
        #expect(try await group.unregister("s1", operation: "2") == [1, 0, 6])
        #expect(try await group.register("s1", by: "erp", operation: "1") == [3, 0, 6])
        #expect(try await group.unregister("s1", operation: "2") == [3, 0, 6])
        #expect(try await group.register("s2", operation: "1") == [-1, 0, 0])
        #expect(try await group.unregister("s1", operation: "1") == [-1, 0, 0])
        #expect(try await group.register("s2", quota: 0, operation: "3") == [0, 0, 0])
        #expect(try await group.register("s2", operation: "3") == [1, 1, 6], "a refusal is not remembered")
        #expect(try await group.register("s2", operation: "4") == [2, 1, 6])
        #expect(try await group.register("s2", operation: "4") == [2, 1, 6])
        let life = Int(try group.server.command("PTTL", "weir:{g=acme}/operation:1")) ?? 0
        #expect((86_000_000...86_400_000).contains(life))
    }

    @Test func whatAnOperatorHasSetHoldsUntilItEnds() async throws {
        var group = try Group()
        let ends = ScriptRunner.epoch / 1_000_000 + 10
        try group.server.command("HSET", "weir:{g=acme}/limits", "/sites", "1 \(ends)", "production/sites", "2")
        #expect(try await group.register("s1") == [1, 1, 1])
        #expect(try await group.register("s2") == [0, 1, 1])
        group.now = ends * 1_000_000 - 1
        #expect(try await group.register("s2") == [0, 1, 1])
        group.now += 1
        #expect(try await group.register("s2") == [1, 2, 6], "then the production figure, which lowers nothing")
        try group.server.command("HSET", "weir:{g=acme}/limits", "production/sites", "7")
        #expect(try await group.count() == [1, 2, 7])
        try group.server.command("HDEL", "weir:{g=acme}/limits", "production/sites")
        #expect(try await group.register("s3") == [1, 3, 6], "then the quota itself")
        try group.server.command("HSET", "weir:{g=acme}/limits", "/sites", "0")
        #expect(try await group.register("s4") == [0, 3, 0])
        #expect(try await group.register("s3") == [2, 3, 0])
        for field in ["/sites", "production/sites"] {
            for damage in ["", "x", "-1", "1 x", "1  2", "1 2 3", "2147483649", "1.5", "0x10", "1 9007199255"] {
                try group.server.command("DEL", "weir:{g=acme}/limits")
                try group.server.command("HSET", "weir:{g=acme}/limits", field, damage)
                #expect(try await group.register("s4") == [-3, 0, 0], "\(field) \(damage)")
                #expect(try await group.count() == [-3, 0, 0])
            }
        }
    }

    @Test func whatIsNotOursIsLeftAsItIs() async throws {
        let group = try Group()
        let server = group.server
        try server.command("SET", "weir:{g=acme}/sites", "theirs")
        #expect(try await group.register("s1", operation: "1") == [-2, 0, 0])
        #expect(try await group.unregister("s1", operation: "1") == [-2, 0, 0])
        #expect(try await group.count() == [-2, 0, 0])
        #expect(try server.command("GET", "weir:{g=acme}/sites") == "theirs")
        #expect(try server.command("DBSIZE") == "1")
        try server.command("RENAME", "weir:{g=acme}/sites", "weir:{g=acme}/limits")
        #expect(try await group.register("s1", operation: "1") == [-3, 0, 0])
        #expect(try server.command("DBSIZE") == "1")
        try server.command("DEL", "weir:{g=acme}/limits")
        try server.command("RPUSH", "weir:{g=acme}/operation:1", "theirs")
        #expect(try await group.register("s1", operation: "1") == [-2, 0, 0])
        #expect(try server.command("LRANGE", "weir:{g=acme}/operation:1", "0", "-1") == "theirs")
        #expect(try server.command("DBSIZE") == "1")
    }

    @Test func aFullServerRefusesAllOfItOrNothing() async throws {
        let group = try Group()
        #expect(try await group.register("s1") == [1, 1, 6])
        try group.server.command("CONFIG", "SET", "maxmemory", "1")
        for operation in [nil, "1"] {
            await #expect(throws: (any Error).self) { try await group.register("s2", operation: operation) }
        }
        await #expect(throws: (any Error).self) { try await group.unregister("s1", operation: "1") }
        #expect(try await group.register("s1") == [2, 1, 6])
        #expect(try await group.unregister("s1") == [1, 0, 6], "room can always be made")
        try group.server.command("CONFIG", "SET", "maxmemory", "0")
        #expect(try group.server.command("DBSIZE") == "0")
    }

    @Test func senselessArgumentsAreRefusedInWords() async throws {
        let group = try Group()
        for (arguments, words) in [
            (["forget", "a", "", "6"], "the deed"), (["register", "", "crm", "6"], "the site"),
            (["register", "a b", "crm", "6"], "the site"), (["register", "ü", "crm", "6"], "the site"),
            (["register", "a", "", "6"], "the application"), (["unregister", "a", "crm", "6"], "only a registration"),
            (["count", "a", "", "6"], "a count"), (["register", "a", "crm", "-1"], "the quota"),
            (["register", "a", "crm", "2147483649"], "the quota"), (["register", "a", "crm", ""], "the quota"),
            (["register", "a", "crm", "6", "soon"], "the time"), ([], "the deed"),
        ] {
            var command = Command(calling: group.runner.script)
            for argument in ["2", "weir:{g=acme}/sites", "weir:{g=acme}/limits"] + arguments {
                command.append(argument)
            }
            do {
                let reply = try await group.runner.reply(to: command)
                guard case .error(let error) = reply else {
                    Issue.record("\(arguments) answered \(reply)")
                    continue
                }
                #expect(error.message.contains(words), "\(arguments)")
            } catch {
                #expect("\(error)".contains(words), "\(arguments)")
            }
        }
        #expect(try group.server.command("DBSIZE") == "0")
    }
}

extension RegistrationVerdict {
    /// Status, count and quota, as the script answers them after the time.
    fileprivate var numbers: [Int] { [status.rawValue, count, quota] }
}
