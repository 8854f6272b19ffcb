import Hiredis
import Logging
import TestSupport
import Testing

/// What goes out together: whatever waits when the server has nothing to do, and at least half a batch while it has.
@Suite struct BatchingTests {
    /// Numbers that go out as one `ECHO` of all of them, which so tells each who was with it.
    private struct Echoes: RequestFormat {
        let batchSize = 8
        let turnsAwayTheHopeless = false

        func edition(of request: Int) -> Int { request / 100 }

        func command(for requests: [Int]) -> (command: Command, read: @Sendable (Reply) -> [[Int]]?) {
            let text = requests.map(String.init).joined(separator: " ")
            let count = requests.count
            return (
                Command("ECHO", text),
                { reply in
                    guard let numbers = reply.string?.split(separator: " ").compactMap({ Int($0) }) else { return nil }
                    return Array(repeating: numbers, count: count)
                }
            )
        }
    }

    private struct EchoSource: QueueSource {
        let queue: RequestQueue<Echoes>
    }

    private func client(of server: RedisServer, firstBatch: Int = 8) throws -> (RequestQueue<Echoes>, RedisClient) {
        let wakeup = try Wakeup()
        let queue = RequestQueue(Echoes(), capacity: 100, wakeup: wakeup)
        var options = ConnectionOptions.patient
        // Longer than a test may keep the server from answering.
        options.stallLimit = .seconds(60)
        options.firstBatch = firstBatch
        let client = try RedisClient(
            address: try RedisAddress(url: server.unrestrictedURL),
            options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            wakeup: wakeup,
            source: EchoSource(queue: queue)
        )
        return (queue, client)
    }

    /// Each has what was made by the same terms beside it, in the order in which it came.
    @Test func requestsOfTwoEditionsGoOutApart() async throws {
        let server = try RedisServer()
        let (queue, client) = try client(of: server)
        server.stopForAWhile()
        let end = ContinuousClock.now + .seconds(60)
        var answers: [Task<[Int], any Error>] = []
        for number in [1, 101, 2, 3, 102] {
            answers.append(Task { try await queue.answer(to: number, before: end) })
            let count = answers.count
            #expect(try await eventually { queue.waitingCount == count })
        }
        server.goOn()
        let together = [[1, 2, 3], [101, 102], [1, 2, 3], [1, 2, 3], [101, 102]]
        for (answer, numbers) in zip(answers, together) { #expect(try await answer.value == numbers) }
        await client.shutdown()
    }

    /// A server that has just come back is not flooded by all who wait for it.
    @Test func aNewConnectionBeginsWithALittleAndDoublesIt() async throws {
        let server = try RedisServer()
        let (queue, client) = try client(of: server, firstBatch: 2)
        server.stopForAWhile()
        let end = ContinuousClock.now + .seconds(60)
        var answers: [Task<[Int], any Error>] = []
        for number in 0..<14 {
            answers.append(Task { try await queue.answer(to: number, before: end) })
            #expect(try await eventually { queue.waitingCount == number + 1 })
        }
        server.goOn()
        for numbers in [0...1, 2...3] {
            for number in numbers { #expect(try await answers[number].value == Array(numbers)) }
        }
        // The answers to the first two may come one by one or at once.
        #expect([Array(4...7), Array(4...11)].contains(try await answers[4].value))
        #expect([Array(8...13), Array(12...13)].contains(try await answers[13].value))
        await client.shutdown()
    }

    @Test func whatWaitsGoesOutTogether() async throws {
        let server = try RedisServer()
        let (queue, client) = try client(of: server)
        let end = ContinuousClock.now + .seconds(60)
        #expect(try await queue.answer(to: 0, before: end) == [0], "an idle server is asked at once")

        server.stopForAWhile()
        var answers: [Int: Task<[Int], any Error>] = [:]
        /// One after the other, so that they stand in line in order; `left` of them stay there.
        func ask(_ numbers: ClosedRange<Int>, left: Int) async throws {
            for number in numbers {
                answers[number] = Task { try await queue.answer(to: number, before: end) }
                let waiting = number == numbers.upperBound ? left : number - numbers.lowerBound + 1
                #expect(try await eventually { queue.isBusy && queue.waitingCount == waiting })
            }
        }
        // The first is on its way; three stay, and with the fourth they are half a batch; then two are on their way.
        try await ask(1...1, left: 0)
        try await ask(2...5, left: 0)
        try await ask(6...15, left: 10)
        server.goOn()
        let together = [1...1, 2...5, 6...13, 14...15]
        for numbers in together {
            for number in numbers { #expect(try await answers[number]?.value == Array(numbers)) }
        }
        await client.shutdown()
    }
}
