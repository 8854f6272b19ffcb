import Hiredis
import SeededRandom
import Testing

/// The way of requests through a cluster, and when it is looked at: told what happens, without any server.
@Suite struct ClusterTopologyTests {
    private static let (a, b, c) = (address("a"), address("b"), address("c"))
    private static let slot = HashSlot(number: 42)
    private let start = ContinuousClock.now

    private static func address(_ host: String) -> RedisAddress {
        RedisAddress(endpoint: .tcp(host: host, port: 6379))
    }

    private static func map(_ primaries: RedisAddress...) -> SlotMap {
        let share = HashSlot.count / primaries.count
        let ranges = primaries.enumerated().map { index, address in
            guard case .tcp(let host, let port) = address.endpoint else { return Reply.null }
            let last = index == primaries.count - 1 ? HashSlot.count - 1 : (index + 1) * share - 1
            let server = Reply.array([.text(Array(host.utf8)), .integer(port)])
            return .array([.integer(index * share), .integer(last), server])
        }
        return SlotMap(.array(ranges), from: a) ?? { fatalError("it is one") }()
    }

    private func topology(_ map: SlotMap) -> ClusterTopology {
        var topology = ClusterTopology(seeds: [Self.a, Self.b])
        topology.looked(.success(map), at: start, random: 0)
        return topology
    }

    private func refused(_ message: String) -> RedisError { RedisError(ServerError(message: message)) }
    private let lost = RedisError(.connectionLost, "gone", mayHaveRun: true)
    private let unreachable = RedisError(.unreachable, "nobody there")

    // MARK: Requests

    @Test func aRequestGoesToTheServerOfItsSlot() {
        let topology = topology(Self.map(Self.a, Self.b))
        #expect(topology.target(of: .init(Self.slot)) == .server(Self.a))
        #expect(topology.target(of: .init(HashSlot(number: 16_383))) == .server(Self.b))
    }

    @Test func beforeTheClusterIsKnownThereIsNoTarget() {
        var topology = ClusterTopology(seeds: [Self.a])
        #expect(topology.target(of: .init(Self.slot)) == .unknown)
        topology.looked(.failure(unreachable), at: start, random: 0)
        #expect(topology.target(of: .init(Self.slot)) == .unknown, "that may pass")
        let wrong = RedisError(ServerError(message: "WRONGPASS invalid username-password pair"))
        topology.looked(.failure(wrong), at: start, random: 0)
        #expect(topology.target(of: .init(Self.slot)) == .nowhere(wrong.whileConnecting), "that a person has to mend")
    }

    @Test func aSlotOfNobodyIsTold() {
        let reply = Reply.array([
            .array([.integer(0), .integer(41), .array([.text(Array("a".utf8)), .integer(6379)])])
        ])
        let topology = topology(SlotMap(reply, from: Self.a) ?? Self.map(Self.a))
        guard case .nowhere(let error) = topology.target(of: .init(Self.slot)) else {
            Issue.record("slot 42 has a server")
            return
        }
        #expect(error.message.hasPrefix("16342 of the cluster's 16384 slots have no server (42-16383)"))
        #expect(!error.mayHaveRun && !error.isPermanent)
    }

    @Test func movedIsRememberedAndTheRequestGoesOn() {
        var topology = topology(Self.map(Self.a, Self.b))
        var visit = ClusterTopology.Visit(Self.slot)
        let step = topology.failed(&visit, at: Self.a, with: refused("MOVED 42 c:6379"), random: 0)
        #expect(step == .goOn)
        #expect(topology.target(of: visit) == .server(Self.c))
        #expect(topology.target(of: .init(Self.slot)) == .server(Self.c), "for all others too")
        #expect(topology.target(of: .init(HashSlot(number: 43))) == .server(Self.a), "but for no other slot")
        let look = topology.nextLook(at: start)
        #expect(look != nil, "where one slot moves, others may")
    }

    @Test func askIsFollowedAndForgotten() {
        var topology = topology(Self.map(Self.a, Self.b))
        var visit = ClusterTopology.Visit(Self.slot)
        let step = topology.failed(&visit, at: Self.a, with: refused("ASK 42 b:6379"), random: 0)
        #expect(step == .goOn && visit.named == Self.b)
        #expect(topology.target(of: visit) == .server(Self.b))
        #expect(topology.target(of: .init(Self.slot)) == .server(Self.a), "the slot is still where it was")
        let look = topology.nextLook(at: start)
        #expect(look == nil)
    }

    @Test func aSlotHalfwayIsWaitedForALittleLongerEachTime() {
        var topology = topology(Self.map(Self.a, Self.b))
        var visit = ClusterTopology.Visit(Self.slot)
        let waits = (0..<7).map { _ in
            topology.failed(&visit, at: Self.a, with: refused("TRYAGAIN Multiple keys"), random: 1)
        }
        let milliseconds = [4, 8, 16, 32, 50, 50, 50]
        #expect(waits == milliseconds.map { .wait(.milliseconds($0)) })
        let none = topology.failed(&visit, at: Self.a, with: refused("TRYAGAIN Multiple keys"), random: 0)
        #expect(none == .wait(.zero), "full jitter")
        let moved = topology.failed(&visit, at: Self.a, with: refused("MOVED 42 b:6379"), random: 1)
        #expect(moved == .goOn, "waiting was no hop")
    }

    @Test func fiveHopsAndNoMore() {
        var topology = topology(Self.map(Self.a, Self.b))
        var visit = ClusterTopology.Visit(Self.slot)
        for hop in 0..<5 {
            let (from, to) = hop.isMultiple(of: 2) ? (Self.a, "b") : (Self.b, "a")
            let step = topology.failed(&visit, at: from, with: refused("MOVED 42 \(to):6379"), random: 0)
            #expect(step == .goOn)
        }
        guard case .fail(let error) = topology.failed(&visit, at: Self.b, with: refused("MOVED 42 a:6379"), random: 0)
        else {
            Issue.record("a sixth hop")
            return
        }
        #expect(!error.mayHaveRun, "each has said that it did not run it")
        #expect(error.message.contains("not of one mind"))
    }

    @Test func whatMayHaveRunIsNeverSentAgain() {
        var topology = topology(Self.map(Self.a, Self.b))
        var visit = ClusterTopology.Visit(Self.slot)
        topology.looked(.success(Self.map(Self.b, Self.a)), at: start, random: 0)
        let step = topology.failed(&visit, at: Self.a, with: lost, random: 0)
        #expect(step == .fail(lost), "although the slot is elsewhere now")
    }

    @Test func whatHasCertainlyNotRunGoesWhereTheSlotHasGone() {
        var topology = topology(Self.map(Self.a, Self.b))
        var visit = ClusterTopology.Visit(Self.slot)
        let still = topology.failed(&visit, at: Self.a, with: unreachable, random: 0)
        #expect(still == .fail(unreachable), "there is nobody else to ask")
        topology.looked(.success(Self.map(Self.b, Self.a)), at: start, random: 0)
        var other = ClusterTopology.Visit(Self.slot)
        let moved = topology.failed(&other, at: Self.a, with: unreachable, random: 0)
        #expect(moved == .goOn)
        #expect(topology.target(of: other) == .server(Self.b))
        let cancelled = RedisError(.cancelled, "the task was cancelled")
        var gone = ClusterTopology.Visit(Self.slot)
        let step = topology.failed(&gone, at: Self.a, with: cancelled, random: 0)
        #expect(step == .fail(cancelled), "nobody waits for it")
    }

    @Test func aClusterThatIsDownFailsTheRequestAndIsLookedAt() {
        var topology = topology(Self.map(Self.a, Self.b))
        var visit = ClusterTopology.Visit(Self.slot)
        let down = refused("CLUSTERDOWN Hash slot not served")
        let step = topology.failed(&visit, at: Self.a, with: down, random: 0)
        #expect(step == .fail(down) && !down.mayHaveRun)
        let look = topology.nextLook(at: start)
        #expect(look != nil)
    }

    // MARK: Looking

    @Test func oneLooksAtATimeAndMoreAndMoreSeldom() throws {
        var topology = ClusterTopology(seeds: [Self.a])
        let unwanted = topology.nextLook(at: start)
        #expect(unwanted == nil)
        topology.wantLook()
        let nextFirst = topology.nextLook(at: start)
        let first = try #require(nextFirst)
        #expect(first.start == start, "the first at once")
        let second = topology.nextLook(at: start)
        #expect(second == nil, "somebody does already")
        let begins = topology.begin(first)
        let again = topology.begin(first)
        #expect(begins && !again)
        var (now, pauses) = (start, [Duration]())
        for _ in 0..<8 {
            topology.looked(.failure(unreachable), at: now, random: 1)
            let nextLook = topology.nextLook(at: now)
            let look = try #require(nextLook, "as long as nothing is known")
            pauses.append(now.duration(to: look.start))
            _ = topology.begin(look)
            now = look.start
        }
        #expect(pauses == [100, 200, 400, 800, 1500, 1500, 1500, 1500].map { .milliseconds($0) })
    }

    @Test func whoeverWaitsToBeToldIsNotKeptWaiting() throws {
        var topology = ClusterTopology(seeds: [Self.a])
        topology.looked(.failure(unreachable), at: start, random: 1)
        let nextLater = topology.nextLook(at: start)
        let later = try #require(nextLater)
        #expect(later.start > start)
        topology.wantLook(atOnce: true)
        let nextNow = topology.nextLook(at: start)
        let now = try #require(nextNow)
        #expect(now.start == start)
        let begins = (topology.begin(later), topology.begin(now))
        #expect(!begins.0 && begins.1)
    }

    @Test func aLostServerIsLookedForUntilItIsReplacedOrBack() throws {
        var topology = topology(Self.map(Self.a, Self.b))
        let calm = topology.nextLook(at: start)
        #expect(calm == nil)
        topology.connectionLost(to: Self.a, because: unreachable)
        for _ in 0..<3 {
            let nextLook = topology.nextLook(at: start)
            let look = try #require(nextLook, "nobody tells when its replica takes over")
            _ = topology.begin(look)
            topology.looked(.success(Self.map(Self.a, Self.b)), at: start, random: 0)
        }
        let nextLook = topology.nextLook(at: start)
        let look = try #require(nextLook)
        _ = topology.begin(look)
        topology.looked(.success(Self.map(Self.c, Self.b)), at: start, random: 0)
        let replaced = topology.nextLook(at: start)
        #expect(replaced == nil)

        topology.connectionLost(to: Self.c, because: lost)
        topology.connectionMade(to: Self.c)
        let nextLast = topology.nextLook(at: start)
        let last = try #require(nextLast)
        _ = topology.begin(last)
        topology.looked(.success(Self.map(Self.c, Self.b)), at: start, random: 0)
        let back = topology.nextLook(at: start)
        #expect(back == nil)
    }

    @Test func aServerThatIsLostIsLookedForAtOnceAndThenMoreAndMoreSeldom() throws {
        var topology = topology(Self.map(Self.a, Self.b))
        for _ in 0..<8 { topology.looked(.success(Self.map(Self.a, Self.b)), at: start, random: 1) }
        topology.wantLook()
        let nextLater = topology.nextLook(at: start)
        let later = try #require(nextLater)
        #expect(later.start > start, "slots have moved again and again")
        topology.connectionLost(to: Self.a, because: unreachable)
        let nextNow = topology.nextLook(at: start)
        let now = try #require(nextNow)
        #expect(now.start == start)
        let begins = topology.begin(now)
        #expect(begins)
        topology.looked(.success(Self.map(Self.a, Self.b)), at: start, random: 1)
        topology.connectionLost(to: Self.a, because: unreachable)
        let nextAgain = topology.nextLook(at: start)
        let again = try #require(nextAgain)
        #expect(again.start > start, "that is no news")
    }

    @Test func whatAPersonHasToMendDoesNotMoveSlots() {
        var topology = topology(Self.map(Self.a, Self.b))
        topology.connectionLost(to: Self.a, because: refused("NOPERM this user has no permissions"))
        topology.connectionLost(to: Self.a, because: .shutDown)
        let look = topology.nextLook(at: start)
        #expect(look == nil)
    }

    @Test func whoWasNamedIsKeptUntilTheNextLookButOne() {
        var topology = topology(Self.map(Self.a, Self.b))
        var visit = ClusterTopology.Visit(Self.slot)
        _ = topology.failed(&visit, at: Self.a, with: refused("ASK 42 c:6379"), random: 0)
        let first = topology.looked(.success(Self.map(Self.a, Self.b)), at: start, random: 0)
        #expect(first == Set([Self.a, Self.b, Self.c].map(\.endpoint)), "its first slot is on its way")
        let second = topology.looked(.success(Self.map(Self.a, Self.b)), at: start, random: 0)
        #expect(second == Set([Self.a, Self.b].map(\.endpoint)))
    }

    @Test func aServerWithoutANameIsNotFollowedButLookedFor() {
        var topology = topology(Self.map(Self.a, Self.b))
        var visit = ClusterTopology.Visit(Self.slot)
        let moved = refused("MOVED 42 ?:6379")
        let step = topology.failed(&visit, at: Self.a, with: moved, random: 0)
        #expect(step == .fail(moved) && !moved.mayHaveRun)
        let look = topology.nextLook(at: start)
        #expect(look != nil)
    }

    @Test func theLivingAreAskedFirstAndTheSeedsAreNeverForgotten() {
        var random = SeededGenerator(seed: 1)
        var topology = topology(Self.map(Self.b, Self.c))
        topology.connectionLost(to: Self.b, because: unreachable)
        for _ in 0..<20 {
            let candidates = topology.candidates(using: &random)
            #expect(candidates.first == Self.c)
            #expect(Set(candidates.map(\.endpoint)) == Set([Self.a, Self.b, Self.c].map(\.endpoint)))
            #expect(candidates.count == 3, "nobody twice")
        }
    }
}
