import Foundation
import Hiredis
import LuaScripts
import TestSupport
import Testing
import Weir

/// A site is one however it is written, a group has a quota of different ones, and nobody pays twice.
@Suite struct SiteTests {
    @Test(arguments: [
        // The scheme and its port make no difference.
        ("https://Shop.Example.COM.:443/", "shop.example.com"),
        ("shop.example.com", "shop.example.com"),
        ("http://shop.example.com", "shop.example.com"),
        ("HTTPS://shop.example.com", "shop.example.com"),
        ("http://shop.example.com:80", "shop.example.com"),
        ("shop.example.com:80", "shop.example.com"),
        ("shop.example.com:443", "shop.example.com"),
        ("shop.example.com:0443", "shop.example.com"),
        ("http://shop.example.com:443", "shop.example.com"),
        ("shop.example.com:8080", "shop.example.com:8080"),
        ("https://shop.example.com:8080/", "shop.example.com:8080"),
        // The host.
        ("SHOP.EXAMPLE.COM", "shop.example.com"),
        ("shop.example.com.", "shop.example.com"),
        ("www.shop.example.com", "www.shop.example.com"),
        ("localhost", "localhost"),
        ("my_shop.example.com", "my_shop.example.com"),
        (" \tshop.example.com\r\n", "shop.example.com"),
        // Internationalised names.
        ("müller.de", "xn--mller-kva.de"),
        ("MÜLLER.DE", "xn--mller-kva.de"),
        ("xn--mller-kva.de", "xn--mller-kva.de"),
        ("XN--MLLER-KVA.de", "xn--mller-kva.de"),
        ("mu\u{308}ller.de", "xn--mller-kva.de"),
        ("https://müller.de.:443/", "xn--mller-kva.de"),
        ("straße.de", "xn--strae-oqa.de"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("日本。jp", "xn--wgv71a.jp"),
        ("ｓｈｏｐ.example.com", "shop.example.com"),
        ("☃.net:8080/Tür", "xn--n3h.net:8080/T%C3%BCr"),
        // IP addresses.
        ("http://192.168.1.1:80/", "192.168.1.1"),
        ("192.168.1.1.", "192.168.1.1"),
        ("http://[2001:DB8::1]:80/shop/", "[2001:db8::1]/shop"),
        ("[2001:0db8:0:0:0:0:0:1]", "[2001:db8::1]"),
        ("[::FFFF:192.0.2.1]:8443", "[::ffff:192.0.2.1]:8443"),
        // The path.
        ("http://shop.example.com/outlet/", "shop.example.com/outlet"),
        ("shop.example.com/outlet///", "shop.example.com/outlet"),
        ("shop.example.com///", "shop.example.com"),
        ("shop.example.com/Outlet", "shop.example.com/Outlet"),
        ("shop.example.com//outlet", "shop.example.com//outlet"),
        ("shop.example.com/a/./b/../c", "shop.example.com/a/c"),
        ("shop.example.com/a/%2e%2E/b", "shop.example.com/b"),
        ("shop.example.com/../../a/.", "shop.example.com/a"),
        ("shop.example.com/a/..", "shop.example.com"),
        ("shop.example.com/%7eanna/%41%2d", "shop.example.com/~anna/A-"),
        ("shop.example.com/a%2fb%c3%bc", "shop.example.com/a%2Fb%C3%BC"),
        ("shop.example.com/a:b@c;d=e,(f)!*'+$&", "shop.example.com/a:b@c;d=e,(f)!*'+$&"),
        ("shop.example.com/to/http://other.example", "shop.example.com/to/http://other.example"),
    ])
    func aSiteIsOneHoweverItIsWritten(text: String, identity: String) throws {
        let site = try Site(text)
        #expect(site.identity == identity)
        #expect(site.description == identity)
        #expect(try Site(identity) == site, "its identity is an address of the same site")
    }

    @Test(arguments: [
        "", " ", "/", "https://", "https:///shop", "//shop.example.com", "ftp://shop.example.com",
        "shop.example.com://x", "mailto:anna", "https:/shop.example.com", "shop.example.com?page=1",
        "shop.example.com/#top", "shop.example.com/a?", "https://anna:s3cr3t@shop.example.com", "anna@shop.example.com",
        "shop.example.com:", "shop.example.com:0", "shop.example.com:65536", "shop.example.com:+80",
        "shop.example.com:8a", "shop.example.com:99999999999999999999", "2001:db8::1", "[2001:db8::1", "[::1]x",
        "[::1%25eth0]", "[]", "[192.168.1.1]", "[::1\0]", "shop..example.com", ".example.com", "shop.example.com..",
        ".", "shop example.com", "shop.example.com/a b", "shop.example.com/a\nb", "shop.example.com/\u{7F}",
        "shop.example.com\\outlet", "shop.example.com/a\\b", "shop.example.com/<a>", "shop.example.com/%zz",
        "shop.example.com/%4", "shop%2Eexample.com", "sh*p.example.com", "0300.168.1.1", "192.168.1", "256.1.1.1",
        "0x7f.0.0.1", "127.0.0.0x1", "shop.1", "xn--a.de", "a\u{200D}b.de", "a\u{2100}.de", "-ü.de",
        "shop：8080.de", String(repeating: "a", count: 64) + ".de",
        "shop.example.com/" + String(repeating: "a", count: 496), String(repeating: "shop.", count: 60) + "de",
        String(repeating: "ü", count: 64) + ".de", "shop.example.com" + String(repeating: "/", count: 5000),
    ])
    func whatIsNoSiteIsRefused(text: String) throws {
        let error = #expect(throws: WeirError.self) { try Site(text) }
        #expect(error?.code == .invalidSite)
        #expect(error?.message.contains("s3cr3t") == false)
    }

    @Test func identitiesAreAddressesOfTheSameSiteAndShort() throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let pieces = [
            "http://", "https://", "shop", ".", "/", "..", ":", ":80", ":8080", "%2e", "%2F", "%c3", "ü", "xn--", "Ab",
            "1", "@", "-", "[", "::1", "]", "~", "0x", "é\u{301}", "。", " ", "?", "\u{AD}",
        ]
        var sites = 0
        for _ in 0..<20_000 {
            let text = (0..<generator.number(1...8)).map { _ in generator.element(pieces) }.joined()
            guard let site = try? Site(text) else { continue }
            sites += 1
            #expect(try Site(site.identity) == site, "\(text)")
            #expect(site.identity.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "\(text)")
            #expect(site.identity.utf8.count <= 512)
        }
        #expect(sites > 500)
        #expect(try Site("a.de/" + String(repeating: "b", count: 507)).identity.utf8.count == 512)
    }

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
        let server: RedisServer
        let runner: ScriptRunner
        let script = Script(source: Scripts.register)
        var now = ScriptRunner.epoch

        init() throws {
            server = try RedisServer()
            runner = try ScriptRunner(server, source: Scripts.register)
        }

        func ask(
            _ deed: RegistrationRequest.Deed,
            quota: Int = 6,
            operation: String? = nil
        ) async throws -> RegistrationVerdict {
            let operation = operation.map { Array("weir:{g=acme}/operation:\($0)".utf8) }
            return try await ask(
                RegistrationRequest(deed, sites: sites, limits: limits, operation: operation, quota: quota)
            )
        }

        func ask(_ request: RegistrationRequest) async throws -> RegistrationVerdict {
            let reply = try await runner.reply(to: request.command(calling: script, at: now))
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
        #expect(try await group.register("s2", operation: "4") == [3, 1, 6])
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
        #expect(try await group.register("s2") == [1, 2, 2], "then the production figure")
        #expect(try await group.register("s3") == [0, 2, 2])
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
            var command = Command(calling: group.script)
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

    // MARK: Script and reference

    @Test func scriptAndReferenceAgree() async throws {
        let first = SeededGenerator.printedSeed()
        let isFast = ProcessInfo.processInfo.environment["WEIR_FAST"] != nil
        var group = try Group()
        var seen: Set<RegistrationVerdict.Status> = []
        for seed in first..<(first + (isFast ? 4 : 20)) {
            let difference = try await compare(seed: seed, operations: 300, &group, &seen)
            #expect(difference == nil)
        }
        #expect(seen == [.refused, .done, .nothingToDo, .doneBefore, .otherOperation])
    }

    /// The first difference between script and reference in a random history, or nil.
    private func compare(
        seed: UInt64,
        operations: Int,
        _ group: inout Group,
        _ seen: inout Set<RegistrationVerdict.Status>
    ) async throws -> String? {
        var generator = SeededGenerator(seed: seed)
        var ledger = SiteLedger()
        group.now = ScriptRunner.epoch + generator.number(0...1_000_000_000)
        for _ in 0..<operations {
            // All of them within the day for which an operation is remembered.
            group.now += generator.number(0...60_000_000)
            let owner = "m:{g=\(seed):\(generator.number(1...2))}"
            let site = "s\(generator.number(1...9)).example"
            let deed: RegistrationRequest.Deed =
                switch generator.number(1...8) {
                case 1...5: .register(site: site, application: Array("app\(generator.number(1...3))".utf8))
                case 6, 7: .unregister(site: site)
                default: .count
                }
            let isOperation = deed != .count && generator.once(in: 2)
            let request = RegistrationRequest(
                deed,
                sites: Array("\(owner)/sites".utf8),
                limits: Array("\(owner)/limits".utf8),
                operation: isOperation ? Array("\(owner)/operation:\(generator.number(1...30))".utf8) : nil,
                quota: generator.element([6, 6, 6, 3, 0])
            )
            let answer = try await group.ask(request)
            let expected = ledger.decide(request, quota: request.quota, at: group.now)
            seen.insert(answer.status)
            guard answer == expected else {
                return "WEIR_SEED=\(seed): for \(request): script \(answer), reference \(expected)"
            }
        }
        for owner in 1...2 {
            let key = "m:{g=\(seed):\(owner)}/sites"
            let lines = try group.server.command("HGETALL", key).split(separator: "\n").map(String.init)
            let stored = stride(from: 0, to: lines.count - 1, by: 2).map { "\(lines[$0]) \(lines[$0 + 1])" }
            let kept = ledger.sites(Array(key.utf8)).map { site in
                "\(site.identity) \(site.time) \(String(decoding: site.application, as: UTF8.self))"
            }
            guard stored.sorted() == kept.sorted() else {
                return "WEIR_SEED=\(seed): script stores \(stored), reference \(kept)"
            }
        }
        return nil
    }

    @Test func theReferenceForgetsOperationsAfterADay() {
        var ledger = SiteLedger()
        let key = Array("sites".utf8)
        func ask(_ deed: RegistrationRequest.Deed, _ operation: String, at now: Int) -> RegistrationVerdict.Status {
            let operation = Array(operation.utf8)
            let request = RegistrationRequest(deed, sites: key, limits: [], operation: operation, quota: 6)
            return ledger.decide(request, quota: 6, at: now).status
        }
        #expect(ask(.unregister(site: "a"), "1", at: 0) == .nothingToDo)
        #expect(ask(.unregister(site: "a"), "1", at: 86_399_999_999) == .doneBefore)
        #expect(ask(.unregister(site: "a"), "1", at: 86_400_000_000) == .nothingToDo)
        for number in 0..<10_000 {
            let status = ask(.unregister(site: "a"), "n\(number)", at: 200_000_000_000 + number * 86_400_000)
            #expect(status == .nothingToDo)
        }
        #expect(ledger.count <= 2050, "a thousand of them are younger than a day")
    }
}

extension RegistrationVerdict {
    /// Status, count and quota, as the script answers them after the time.
    fileprivate var numbers: [Int] { [status.rawValue, count, quota] }
}
