import Testing

@testable import Hiredis

/// What is asked of Sentinels and what their answers mean, without any.
@Suite struct SentinelSearchTests {
    private let start = ContinuousClock.now
    private let silent = RedisError(.timedOut, "the server did not answer in time")

    private func sentinels(_ count: Int, name: String = "main") -> SentinelSet {
        let addresses = (0..<count).map { RedisAddress(endpoint: .tcp(host: "s\($0)", port: 26379)) }
        return SentinelSet(sentinels: addresses, primaryName: name, user: "me", password: Secret("pw"), database: 3)
    }

    // MARK: Whom to ask

    @Test func theOneThatAnsweredLastIsAskedFirst() {
        var order = SentinelOrder(count: 4)
        order.answered(2)
        #expect(order.places == [2, 0, 1, 3])
        order.failed(0)
        #expect(order.places == [2, 1, 3, 0])
        order.failed(2)
        #expect(order.places == [1, 3, 0, 2])
        order.answered(1)
        #expect(order.places == [1, 3, 0, 2])
    }

    @Test(arguments: 1...9) func halfOfThemMayKeepSilent(count: Int) throws {
        let limit = Duration.seconds(1)
        var search = SentinelSearch(SentinelOrder(count: count), before: start + limit)
        var now = start
        var shares: [Duration] = []
        while let turn = search.next(at: now) {
            #expect(turn.place == shares.count)
            shares.append(turn.deadline - now)
            search.failed(turn.place, because: silent)
            now = turn.deadline
        }
        #expect(shares.count == count)
        let part = limit / (count + 1)
        #expect(shares.allSatisfy { $0 >= part * 0.99 && $0 <= part * 1.01 })
        #expect(start + limit - now >= part * 0.99, "the primary has its share too")
    }

    @Test func whoAnswersAtOnceLeavesItsTimeToTheOthers() throws {
        var search = SentinelSearch(SentinelOrder(count: 3), before: start + .seconds(4))
        let first = search.next(at: start)
        #expect(first?.deadline == start + .seconds(1))
        let second = search.next(at: start + .milliseconds(1))
        #expect(try #require(second).deadline > start + .milliseconds(1333))
        let tooLate = search.next(at: start + .seconds(4))
        #expect(tooLate == nil)
    }

    // MARK: Why nobody knows

    private func failure(_ set: SentinelSet, _ errors: [RedisError?]) -> RedisError {
        var search = SentinelSearch(SentinelOrder(count: set.sentinels.count), before: start + .seconds(1))
        for (place, error) in errors.enumerated().reversed() {
            if let error { search.failed(place, because: error) }
        }
        return search.failure(of: set)
    }

    @Test func eachReasonIsToldWithThoseWhoGaveIt() {
        let refused = RedisError(.unreachable, "Connection refused")
        let error = failure(sentinels(3), [refused, silent, refused])
        #expect(error.code == .unreachable && !error.isPermanent)
        #expect(
            error.message == "no Sentinel says where the primary 'main' is: Connection refused (s0:26379, s2:26379); "
                + "the server did not answer in time (s1:26379)"
        )
        #expect(failure(sentinels(2), [refused, nil]).message.contains("no time left to ask it (s1:26379)"))
    }

    @Test func reasonsAreBounded() {
        let texts = (0..<300).map { RedisError(.unreachable, "\($0)" + String(repeating: "x", count: 10_000)) }
        #expect(failure(sentinels(300), texts).message.utf8.count < 2000)
        let same = Array(repeating: silent, count: 300)
        #expect(failure(sentinels(300), same).message.utf8.count < 500)
        let name = String(repeating: "\u{1b}n", count: 10_000)
        let error = failure(sentinels(1, name: name), [silent])
        #expect(error.message.utf8.count < 500 && !error.message.contains("\u{1b}"))
    }

    @Test func itIsPermanentOnlyIfItIsForAll() throws {
        let set = sentinels(2)
        let unknown = try #require(failure(in: .null, set))
        #expect(unknown.code == .unsuitable)
        let all = failure(set, [unknown, unknown])
        #expect(all.code == .unsuitable && all.isPermanent && all.message.contains("'main'"))
        let some = failure(set, [silent, unknown])
        #expect(some.code == .unreachable && !some.isPermanent && some.message.contains("sentinel monitor"))
    }

    // MARK: What answers mean

    private func failure(in reply: Reply, _ set: SentinelSet) -> RedisError? {
        do throws(RedisError) {
            _ = try SentinelAnswer.primary(in: reply, for: set)
            return nil
        } catch {
            return error
        }
    }

    private func texts(_ words: String...) -> Reply { .array(words.map { .text(Array($0.utf8)) }) }

    @Test func theAnswerIsAHostAndAPort() throws {
        let set = sentinels(1)
        let endpoint = try SentinelAnswer.primary(in: texts("10.0.0.1", "7000"), for: set)
        #expect(endpoint == .tcp(host: "10.0.0.1", port: 7000))
        let address = set.primary(at: endpoint)
        #expect(address.user == "me" && address.password == Secret("pw") && address.database == 3)
        for reply in [
            texts("", "7000"), texts("h", "0"), texts("h", "65536"), texts("h", "x"), texts("h"), texts("h", "1", "2"),
            texts("h\n", "1"), texts(String(repeating: "h", count: 256), "1"), .integer(1), .integers([]),
            .integers([1, 2]), .status("OK"),
        ] {
            #expect(failure(in: reply, set)?.code == .protocolViolation, "\(reply)")
        }
    }

    @Test func aRefusalSaysThatItIsTheSentinels() throws {
        let set = sentinels(1)
        let cases = [
            ("NOAUTH Authentication required.", "sentinel-password"), ("WRONGPASS invalid", "the Sentinel refuses"),
            ("NOPERM this user has no permissions to run the 'x' command", "&+switch-master &+promoted-slave"),
        ]
        for (text, words) in cases {
            let error = try #require(failure(in: .error(ServerError(message: text)), set))
            #expect(error.code == .refused && error.isPermanent && error.message.contains(words), "\(error)")
        }
        let unknown = ServerError(message: "ERR unknown command 'SENTINEL', with args beginning with: 'x'")
        let error = try #require(failure(in: .error(unknown), set))
        #expect(error.code == .unsuitable && error.message.contains("a Redis and not a Sentinel"))
    }

    @Test func onlyNewsOfThePrimaryInQuestionCount() {
        let set = sentinels(1)
        let moved = RedisAddress.Endpoint.tcp(host: "10.0.0.2", port: 7002)
        let switched = "10.0.0.1 7001 10.0.0.2 7002"
        let promoted = "slave 10.0.0.2:7002 10.0.0.2 7002 @"
        func place(_ payload: String, _ channel: String) -> RedisAddress.Endpoint? {
            SentinelAnswer.newPrimary(in: payload, on: channel, for: set)
        }
        #expect(place("main \(switched)", "+switch-master") == moved)
        #expect(place("\(promoted) main 10.0.0.1 7001", "+promoted-slave") == moved)
        for payload in [
            "mainly \(switched)", "other \(switched)", "main", "", "main \(switched) x",
            "main 10.0.0.1 7001 10.0.0.2 0",
        ] {
            #expect(place(payload, "+switch-master") == nil, "\(payload)")
        }
        for payload in ["\(promoted) other 10.0.0.1 7001", promoted, "", "main \(switched)"] {
            #expect(place(payload, "+promoted-slave") == nil, "\(payload)")
        }
    }

    // MARK: Listening

    @Test func aSubscriberAsksWhetherASilentSentinelIsThere() throws {
        var subscription = SentinelSubscription(to: sentinels(1), patience: .seconds(1), at: start)
        let atFirst = try subscription.step(at: start)
        #expect(atFirst == .wait(until: start + .seconds(1)))
        let kinds = try SentinelAnswer.channels.enumerated().map { number, channel in
            let reply = Reply.array([.text(Array("subscribe".utf8)), .text(Array(channel.utf8)), .integer(number + 1)])
            return try subscription.news(in: reply, at: start)
        }
        #expect(kinds == [nil, .subscribed])
        let quiet = start + SentinelSubscription.quietTime
        let waiting = try subscription.step(at: start)
        let asking = try subscription.step(at: quiet)
        let asked = try subscription.step(at: quiet)
        #expect(waiting == .wait(until: quiet) && asking == .ping && asked == .wait(until: quiet + .seconds(1)))
        let pong = try subscription.news(in: texts("pong", ""), at: quiet)
        let after = try subscription.step(at: quiet)
        #expect(pong == nil && after == .wait(until: quiet + SentinelSubscription.quietTime))
        _ = try subscription.step(at: quiet + SentinelSubscription.quietTime)
        let lost = #expect(throws: RedisError.self) {
            try subscription.step(at: quiet + SentinelSubscription.quietTime + .seconds(1))
        }
        #expect(lost?.code == .timedOut)
    }

    @Test func aSubscriberHearsOfAMove() throws {
        var subscription = SentinelSubscription(to: sentinels(1), patience: .seconds(1), at: start)
        let news = try subscription.news(in: texts("message", "+switch-master", "main h 1 i 2"), at: start)
        #expect(news == .moved(.tcp(host: "i", port: 2)))
        let other = try subscription.news(in: texts("message", "+switch-master", "other h 1 i 2"), at: start)
        #expect(other == nil)
        for reply in [
            texts("message", "+sdown", "main h 1 i 2"), texts("message"), texts("hello"), .null, .status("OK"),
            .error(ServerError(message: "NOPERM no channels")),
        ] {
            #expect(throws: RedisError.self, "\(reply)") { try subscription.news(in: reply, at: start) }
        }
    }
}
