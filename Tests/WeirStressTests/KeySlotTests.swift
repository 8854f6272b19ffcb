import Foundation
import Hiredis
import LocalServers
import SeededRandom
import StressChecker
import StressHarness
import StressHistory
import TestSupport
import Testing
import Weir

/// Which hash slot the checker takes a key to be in.
@Suite(.timeLimit(.minutes(1))) struct KeySlotTests {
    @Test func `the checksum is the one that Redis documents`() {
        #expect(KeySlot.checksum("123456789".utf8) == 0x31C3)
        #expect(KeySlot.checksum("".utf8) == 0)
        #expect(KeySlot.slot(of: "foo") == 12_182)
    }

    @Test func `only what is between the first braces counts, unless that is nothing`() {
        #expect(KeySlot.slot(of: "weir:{g=acme}:group") == KeySlot.slot(of: "g=acme"))
        #expect(KeySlot.slot(of: "foo{{bar}}zap") == KeySlot.slot(of: "{bar"))
        #expect(KeySlot.slot(of: "foo{bar}{zap}") == KeySlot.slot(of: "bar"))
        #expect(KeySlot.slot(of: "foo{}{bar}") == Int(KeySlot.checksum("foo{}{bar}".utf8)) % 16_384)
        #expect(KeySlot.slot(of: "}foo{bar") == Int(KeySlot.checksum("}foo{bar".utf8)) % 16_384)
    }

    @Test func `a real server puts every key into the same slot`() async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        var keys = ["", "{}", "{a", "a}", "weir:{g=acme}/limits", "größer {東京} 🚦"]
        for _ in 0..<500 {
            let letters = Array("ab{}:=")
            keys.append(String((0..<generator.number(0...12)).map { _ in generator.element(letters) }))
        }
        let told = try await slots(of: keys)
        #expect(told == keys.map(KeySlot.slot))
    }

    /// What the history says of a window's key decides the slot of the key that Weir has for it.
    @Test func `windows of the load are where their keys are`() async throws {
        let workload = Workload()
        let scheme = KeyScheme(prefix: "stress.1", secret: [])
        var (keys, expected): ([String], [Int]) = ([], [])
        for subject in workload.subjects {
            for rule in Workload.rules(subject.rules) {
                let window = subject.windows.first { workload.names[$0.window].rule == rule.name }?.window
                guard let window, let key = workload.names.key(of: window) else { continue }
                let own = scheme.key(rule: rule.name, scope: rule.scope, shared: .group, descriptor: subject.descriptor)
                keys.append(String(decoding: own, as: UTF8.self))
                expected.append(KeySlot.slot(of: key))
            }
        }
        #expect(Set(workload.subjects.flatMap(\.numbers)).allSatisfy { workload.names.key(of: $0) != nil })
        #expect(keys.count > 1000)
        #expect(try await slots(of: keys) == expected)
    }

    private func slots(of keys: [String]) async throws -> [Int] {
        try await OwnThread.run {
            let cluster = try PrivateCluster(primaries: 1, replicas: 0)
            defer { cluster.stop() }
            let connection = try cluster.connection(to: cluster.nodes()[0])
            return try keys.map { key in
                guard case .integer(let slot) = try connection.reply(to: Command("CLUSTER", "KEYSLOT", key)) else {
                    throw HistoryError("the server does not tell the slot of \(key)")
                }
                return slot
            }
        }
    }
}
