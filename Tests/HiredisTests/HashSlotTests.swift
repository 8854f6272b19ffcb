import Hiredis
import LocalServers
import SeededRandom
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct HashSlotTests {
    private func slot(_ key: String) -> Int { HashSlot(of: Array(key.utf8)).number }

    @Test func aSlotIsTheChecksumOfTheKey() {
        #expect(slot("123456789") == 0x31C3)
        #expect(slot("") == 0)
        #expect(slot("foo") == 12_182)
    }

    @Test func onlyWhatStandsBetweenTheFirstBracesCounts() {
        #expect(slot("weir:{g=acme}:group") == slot("g=acme"))
        #expect(slot("weir:{g=acme}:group") == slot("other:{g=acme}/limits"))
        #expect(slot("a{b}c{d}e") == slot("b"))
        #expect(slot("a{{b}}c") == slot("{b"))
        // Nothing between the first braces: then the whole key counts, and what comes later does not.
        #expect(slot("a{}b{c}") != slot("c") && slot("a{}b{c}") != slot(""))
        #expect(slot("a}b{c}") == slot("c"))
        #expect(slot("a{b") != slot("b"))
    }

    @Test func aRealServerAgreesOnEveryKey() async throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed())
        let keys: [[UInt8]] = (0..<2000).map { _ in
            (0..<Int.random(in: 0...40, using: &random)).map { _ in
                // Braces often, so that every way to have them comes up.
                [UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8.random(in: 0...255, using: &random)]
                    .randomElement(using: &random) ?? 0
            }
        }
        let replies = try await OwnThread.run {
            var settings = ClusterSettings()
            (settings.primaries, settings.replicas) = (1, 0)
            let cluster = try PrivateCluster(settings)
            defer { cluster.stop() }
            let connection = try cluster.connection(to: cluster.primaries()[0])
            return try keys.map { key in
                var question = Command("CLUSTER", "KEYSLOT")
                question.append(key)
                return try connection.reply(to: question)
            }
        }
        for (key, reply) in zip(keys, replies) { #expect(reply == .integer(HashSlot(of: key).number), "\(key)") }
    }

    @Test func aTagIsFoundForTheSlotsOfAServer() {
        for wanted in [0...5460, 5461...10_922, 10_923...16_383, 300...499] {
            let tag = HashSlot.tag("rights") { wanted.contains($0.number) }
            #expect(wanted.contains(slot("weir:{\(tag)}/rights")))
        }
        #expect(HashSlot.tag("rights") { _ in false } == "rights")
    }
}
