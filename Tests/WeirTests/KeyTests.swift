import Foundation
import Hiredis
import LocalServers
import SeededRandom
import TestSupport
import Testing

@testable import Weir

/// Distinct parts have distinct keys, whatever bytes callers choose, and no caller chooses a slot.
@Suite struct KeyTests {
    private static let keys = KeyScheme(prefix: "weir", secret: Array("pepper".utf8))
    private static let awkward = Array("\0{}:\n\r %~=/\u{7F}".utf8) + [0xFF, 0xC3, 0x28]

    /// A tuple of parts that depends on its number alone, so that it need not be kept.
    private static func descriptor(_ number: UInt64) -> Descriptor {
        var generator = SeededGenerator(seed: number)
        var descriptor = Descriptor()
        for part in Descriptor.Part.allCases {
            let length = generator.number(0...(generator.once(in: 2) ? 256 : 6))
            let isAwkward = generator.once(in: 2)
            let bytes = generator.bytes(length)
            descriptor[part] = Descriptor.Value(
                bytes: isAwkward ? bytes.prefix(12).map { awkward[Int($0) % awkward.count] } : bytes
            )
        }
        return descriptor
    }

    private static func key(_ descriptor: Descriptor, shared: Descriptor.Part = .group) -> [UInt8] {
        keys.key(
            rule: "a-rule-of-24-characters-",
            scope: Descriptor.Part.allCases,
            shared: shared,
            descriptor: descriptor
        )
    }

    @Test func distinctTuplesHaveDistinctKeys() async {
        let isFast = ProcessInfo.processInfo.environment["WEIR_FAST"] != nil
        let first = SeededGenerator.printedSeed() << 32
        var numbers: [[UInt8]: UInt64] = [:]
        for number in first..<(first + (isFast ? 50_000 : 1_000_000)) {
            // The other tests wait for the same few threads.
            if number % 1000 == 0 { await Task.yield() }
            let descriptor = Self.descriptor(number)
            let key = Self.key(descriptor)
            if let fault = Self.fault(in: key) {
                Issue.record("the key \(String(decoding: key, as: UTF8.self)) \(fault)")
                return
            }
            if let other = numbers.updateValue(number, forKey: key), Self.descriptor(other) != descriptor {
                Issue.record("tuples \(other) and \(number) share the key \(String(decoding: key, as: UTF8.self))")
                return
            }
        }
    }

    private static let plain: [Bool] = {
        var plain = [Bool](repeating: false, count: 256)
        for byte in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:{}=~%".utf8 {
            plain[Int(byte)] = true
        }
        return plain
    }()

    private static func fault(in key: [UInt8]) -> String? {
        if key.count > 300 { return "is longer than 300 bytes" }
        var braces = 0
        for byte in key {
            if !plain[Int(byte)] { return "holds a byte that has to be quoted somewhere" }
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") { braces += 1 }
        }
        return braces == 2 ? nil : "has more than one tag"
    }

    @Test func aKeyLiesInTheSlotOfItsTag() async throws {
        let port = try ClusterPort.free()
        let server = try RedisServer("cluster-enabled", "yes", "port", "\(port)")
        let runner = try ScriptRunner(server)
        for number in 0..<1000 as Range<UInt64> {
            let key = Self.key(Self.descriptor(number), shared: number % 2 == 0 ? .group : .token)
            let tag = key.drop { $0 != UInt8(ascii: "{") }.dropFirst().prefix { $0 != UInt8(ascii: "}") }
            var ofKey = Command("CLUSTER", "KEYSLOT")
            ofKey.append(key)
            var ofTag = Command("CLUSTER", "KEYSLOT")
            ofTag.append(Array(tag))
            #expect(!tag.isEmpty)
            #expect(try await runner.reply(to: ofKey) == runner.reply(to: ofTag))
        }
    }

    @Test func aSubjectLiesInTheSlotOfAllItsKeys() throws {
        let limit = Limit(5, per: .minute)
        for shared in [Descriptor.Part.group, .application, .user, .token] {
            let rules = try RuleSet([
                Rule("owner", per: shared, limit: limit), Rule("all", per: shared, .endpoint, limit: limit),
            ])
            for number in 0..<1000 as Range<UInt64> {
                let subject = try rules.subject(of: Self.descriptor(number), keys: Self.keys)
                let all = subject.windows.map(\.key) + [try #require(subject.limits).bytes]
                #expect(all.count == 3 && all.allSatisfy { HashSlot(of: $0) == subject.slot })
            }
        }
    }

    @Test func partsThatJoinAlikeStayApart() {
        let pairs = [("a", "b:c"), ("a:b", "c"), ("a", "b%3Ac"), ("a:e=b", "c"), ("", "a:b:c"), ("a}", "{b")]
        let keys = pairs.map { pair in
            let descriptor = Descriptor(token: "t", endpoint: pair.1, group: "g", application: pair.0, user: "u")
            return Self.key(descriptor)
        }
        #expect(Set(keys).count == pairs.count)
    }

    @Test func aKeyShowsNamesAndHidesSecrets() {
        let descriptor = Descriptor(token: "s3cr3t", endpoint: "POST /objects", group: "acme")
        let key = Self.keys.key(rule: "endpoint", scope: [.token, .endpoint], shared: .group, descriptor: descriptor)
        let text = String(decoding: key, as: UTF8.self)
        #expect(text.hasPrefix("weir:{g=acme}:endpoint:t="))
        #expect(text.hasSuffix(":e=POST%20/objects"))
        #expect(!text.contains("s3cr3t"))
    }

    /// What is kept under a key today has to be found there tomorrow.
    @Test(arguments: [
        ("", "weir:{g=}:r"), (String(repeating: "a", count: 64), "weir:{g=\(String(repeating: "a", count: 64))}:r"),
        (String(repeating: "a", count: 65), "weir:{g=~HASH}:r"),
        (String(repeating: "%", count: 21), "weir:{g=\(String(repeating: "%25", count: 21))}:r"),
        (String(repeating: "%", count: 22), "weir:{g=~HASH}:r"),
        (String(repeating: "a", count: 61) + "%", "weir:{g=\(String(repeating: "a", count: 61))%25}:r"),
        (String(repeating: "a", count: 62) + "%", "weir:{g=~HASH}:r"),
    ])
    func upTo64CharactersStandAsTheyAre(group: String, expected: String) throws {
        let key = Self.keys.key(rule: "r", scope: [.group], shared: .group, descriptor: Descriptor(group: group))
        let text = String(decoding: key, as: UTF8.self)
        let hash = try Self.hash(group, letter: "g")
        #expect(text == expected.replacing("HASH", with: hash))
        let limits = Self.keys.permanentKey("limits", owner: Self.keys.name(of: .group, Descriptor.Value(group)))
        #expect(String(decoding: limits, as: UTF8.self) == text.replacing(/:r$/, with: "/limits"))
    }

    /// The line in `lua/README.md` by which an operator finds a token's key.
    @Test func openSSLComputesTheSameHash() throws {
        let key = Self.keys.key(rule: "r", scope: [.token], shared: .token, descriptor: Descriptor(token: "s3cr3t"))
        #expect(String(decoding: key, as: UTF8.self) == "weir:{t=\(try Self.hash("s3cr3t", letter: "t"))}:r")
    }

    /// By a tool that shares nothing with Weir.
    private static func hash(_ text: String, letter: String) throws -> String {
        let line =
            "printf '\(letter)%s' '\(text)' | openssl dgst -sha256 -hmac 'pepper' -binary | head -c 16 | basenc --base64url"
            + " | tr -d ="
        return try Tool.run("bash", ["-c", line])
    }

    @Test func partsOfADescriptorStayApart() {
        #expect(Descriptor(token: "ab", endpoint: "c") != Descriptor(token: "a", endpoint: "bc"))
        #expect(Descriptor(token: "a", group: "") != Descriptor(token: "a"))
        #expect(Descriptor(token: "a", group: "")[.group] == "" && Descriptor(token: "a")[.group] == nil)
        var generator = SeededGenerator(seed: 1)
        var descriptor = Descriptor()
        var parts: [Descriptor.Part: Descriptor.Value] = [:]
        for _ in 0..<1000 {
            let part = Descriptor.Part.allCases[generator.number(0...4)]
            let value = generator.once(in: 4) ? nil : Descriptor.Value(bytes: generator.bytes(generator.number(0...9)))
            descriptor[part] = value
            parts[part] = value
            for part in Descriptor.Part.allCases { #expect(descriptor[part] == parts[part]) }
            // In whatever order its parts were set, it is the same.
            var other = Descriptor()
            for part in Descriptor.Part.allCases.reversed() { other[part] = parts[part] }
            #expect(other == descriptor && other.hashValue == descriptor.hashValue && Set([descriptor]).contains(other))
        }
        var told = Descriptor(token: "a", endpoint: "b")
        told[.group] = "c"
        #expect(Set([Descriptor(token: "a", endpoint: "b", group: "c")]).contains(told))
    }

    @Test func aDescriptorShowsNoSecret() {
        let shown = "\(Descriptor(token: "s3cr3t", group: "acme"))"
        #expect(shown.contains("6 bytes") && shown.contains("4 bytes"))
        #expect(!shown.contains("s3cr3t") && !shown.contains("115"))
    }
}
