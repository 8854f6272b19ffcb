import HTTPTypes
import SeededRandom
import Synchronization
import TestSupport
import Weir
import WeirClient
import WeirFields

/// 20 tasks that send 50 requests against 5 per 2 seconds: what came of it.
struct Run: Sendable, Equatable {
    let admitted: Int
    let refused: Int
    let lost: Int
    let seconds: Double
    let sleeps: Int

    static func of(
        limit: Limit = Limit(5, per: .seconds(2)),
        dialect: Dialect?,
        seed: UInt64,
        requests: Int = 50,
        tasks: Int = 20,
        isPaced: Bool = true,
        othersEvery pause: Duration? = nil,
        settings: Pacer.Settings = Pacer.Settings()
    ) throws -> Run {
        try VirtualTime.run { time in
            let server = try SimulatedServer(limit, in: dialect, time: time, seed: seed)
            let generator = Mutex(SeededGenerator(seed: seed &+ 1))
            let pacer = Pacer(settings: settings, clock: time, startingAt: server.start) {
                generator.withLock { Double.random(in: 0..<1, using: &$0) }
            }
            let work = SharedWork(requests)
            try await withThrowingTaskGroup(of: Void.self) { group in
                if let pause {
                    group.addTask {
                        while (try? await time.sleep(for: pause)) != nil { try await server.requestOfAnother() }
                    }
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<tasks {
                        group.addTask {
                            while work.takeOne() {
                                if isPaced {
                                    do {
                                        _ = try await pacer.perform {
                                            try await server.request()
                                        } reading: {
                                            $0
                                        }
                                    } catch is PacerError {
                                        work.lose()
                                    }
                                } else if try await server.request().status != .ok {
                                    work.lose()
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                work.end(at: time.elapsed)
                group.cancelAll()
            }
            return Run(
                admitted: server.admitted,
                refused: server.refused,
                lost: work.lost,
                seconds: work.end / .seconds(1),
                sleeps: time.sleeps
            )
        }
    }
}

/// Requests that several tasks take from, and what came of them.
final class SharedWork: Sendable {
    private let state: Mutex<(left: Int, lost: Int, end: Duration)>

    init(_ count: Int) { state = Mutex((count, 0, .zero)) }

    var lost: Int { state.withLock { $0.lost } }
    var end: Duration { state.withLock { $0.end } }

    func takeOne() -> Bool {
        state.withLock { state in
            state.left -= 1
            return state.left >= 0
        }
    }

    func lose() { state.withLock { $0.lost += 1 } }
    func end(at time: Duration) { state.withLock { $0.end = time } }
}
