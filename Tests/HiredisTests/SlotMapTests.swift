import Hiredis
import Testing

@Suite struct SlotMapTests {
    private static let seed = address("10.0.0.1", 7000)

    private static func address(_ host: String, _ port: Int) -> RedisAddress {
        RedisAddress(endpoint: .tcp(host: host, port: port), isEncrypted: true, user: "weir", password: Secret("pass"))
    }

    private func server(_ host: String?, _ port: Int) -> Reply {
        .array([host.map { .text(Array($0.utf8)) } ?? .null, .integer(port), .text(Array("id".utf8)), .array([])])
    }

    private func range(_ slots: ClosedRange<Int>, _ servers: Reply...) -> Reply {
        .array([.integer(slots.lowerBound), .integer(slots.upperBound)] + servers)
    }

    @Test func everySlotHasItsServer() throws {
        let reply = Reply.array([
            range(0...5460, server("10.0.0.1", 7000), server("10.0.0.4", 7000)),
            range(5461...10_922, server("10.0.0.2", 7000), server("10.0.0.5", 7000)),
            range(10_923...16_383, server("fd00::3", 7000)),
        ])
        let map = try #require(SlotMap(reply, from: Self.seed))
        #expect(map[HashSlot(number: 0)] == Self.address("10.0.0.1", 7000), "with the user, the password and TLS")
        #expect(map[HashSlot(number: 5460)] == Self.address("10.0.0.1", 7000))
        #expect(map[HashSlot(number: 5461)] == Self.address("10.0.0.2", 7000))
        #expect(map[HashSlot(number: 16_383)] == Self.address("fd00::3", 7000))
        #expect(map.primaries.count == 3 && map.replicas.count == 2)
        #expect(map.uncovered.isEmpty)
    }

    @Test func slotsOfNobodyAreTold() throws {
        let reply = Reply.array([range(1...99, server("a", 1)), range(101...16_000, server("b", 1))])
        let map = try #require(SlotMap(reply, from: Self.seed))
        #expect(map.uncovered == [0...0, 100...100, 16_001...16_383])
        #expect(map[HashSlot(number: 100)] == nil)
        let nothing = try #require(SlotMap(.integers([]), from: Self.seed))
        #expect(nothing.uncovered == [0...16_383] && nothing.primaries.isEmpty)
    }

    @Test func aServerThatDoesNotSayItsNameIsTheOneThatWasAsked() throws {
        let map = try #require(SlotMap(.array([range(0...16_383, server("", 7005))]), from: Self.seed))
        #expect(map.primaries == [Self.address("10.0.0.1", 7005)])
        let null = try #require(SlotMap(.array([range(0...16_383, server(nil, 7005))]), from: Self.seed))
        #expect(null.primaries == [Self.address("10.0.0.1", 7005)])
    }

    @Test func aServerThatDoesNotKnowItsNameIsNone() throws {
        let map = try #require(
            SlotMap(.array([range(0...16_383, server("?", 7005), server("?", 7006))]), from: Self.seed)
        )
        #expect(map.primaries.isEmpty && map.replicas.isEmpty && map.uncovered == [0...16_383])
        #expect(RedisError.uncovered(map).message.contains("cluster-announce-hostname"))
    }

    @Test(arguments: [
        Reply.status("OK"), .null, .integer(3), .array([.integer(1)]),
        .array([.array([.integer(0), .integer(16_384), .array([])])]),
        .array([.array([.integer(5), .integer(4), .array([])])]),
        .array([.array([.integer(-1), .integer(4), .array([])])]),
        .array([.array([.integer(0), .integer(4)])]),
    ])
    func anythingElseIsNoMap(_ reply: Reply) {
        #expect(SlotMap(reply, from: Self.seed) == nil)
    }

    @Test func aSlotMoves() throws {
        var map = try #require(SlotMap(.array([range(0...16_383, server("a", 1))]), from: Self.seed))
        map.move(HashSlot(number: 7), to: Self.address("b", 2))
        #expect(map[HashSlot(number: 7)] == Self.address("b", 2))
        #expect(map[HashSlot(number: 8)] == Self.address("a", 1))
        #expect(map.primaries.count == 2)
    }

    // MARK: Redirections

    private func redirection(_ text: String) -> Redirection? {
        Redirection(ServerError(message: text), from: Self.seed)
    }

    @Test func redirectionsAreRead() {
        let slot = HashSlot(number: 3999)
        #expect(redirection("MOVED 3999 10.0.0.9:6381") == .moved(slot, Self.address("10.0.0.9", 6381)))
        #expect(redirection("ASK 3999 10.0.0.9:6381") == .ask(Self.address("10.0.0.9", 6381)))
        #expect(redirection("MOVED 3999 fd00::9:6381") == .moved(slot, Self.address("fd00::9", 6381)), "IPv6")
        #expect(redirection("MOVED 3999 :6381") == .moved(slot, Self.address("10.0.0.1", 6381)), "the same host")
        #expect(redirection("MOVED 3999 redis-3.example:6381") == .moved(slot, Self.address("redis-3.example", 6381)))
        #expect(redirection("TRYAGAIN Multiple keys request during rehashing of slot") == .tryAgain)
    }

    @Test(arguments: [
        "MOVED", "MOVED 3999", "MOVED x 10.0.0.9:6381", "MOVED 16384 10.0.0.9:6381", "MOVED -1 10.0.0.9:6381",
        "MOVED 3999 10.0.0.9", "MOVED 3999 10.0.0.9:x", "MOVED 3999 ?:6381", "MOVED 3999 a:70000", "ERR MOVED 1 a:1",
        "CLUSTERDOWN Hash slot not served", "",
    ])
    func whatIsNoRedirectionIsNotFollowed(_ text: String) {
        #expect(redirection(text) == nil)
    }
}
