#if Hummingbird
import AsyncHTTPClient
import Weir

/// Sends every token's requests for both endpoints through all instances, as fast as a few tasks can.
struct Traffic: Sendable {
    let instances: [Instance]
    let client: HTTPClient
    let tokens: [String]

    /// How many requests of one token and endpoint are under way at once.
    private static let tasksPerTally = 4
    /// Between two requests of a task; the limits are small, so little traffic is enough to hit them from all sides.
    private static let pause = Duration.milliseconds(20)

    /// Runs for `duration` and returns what each token got from each endpoint.
    func run(for duration: Duration, progress: @escaping @Sendable (Tally) async -> Void) async -> [Tally] {
        let end = ContinuousClock.now + duration
        return await withTaskGroup(of: (Int, Tally).self) { group in
            var order = 0
            for token in tokens {
                for endpoint in Probe.Endpoint.allCases {
                    guard let limit = ExampleAPI.endpoints[endpoint.rawValue] else { continue }
                    let place = order
                    order += 1
                    group.addTask {
                        let tally = Tally(token: token, endpoint: endpoint, limit: limit)
                        return (place, await fill(tally, until: end, progress: progress))
                    }
                }
            }
            var tallies: [(Int, Tally)] = []
            for await tally in group { tallies.append(tally) }
            return tallies.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func fill(
        _ empty: Tally,
        until end: ContinuousClock.Instant,
        progress: @escaping @Sendable (Tally) async -> Void
    ) async -> Tally {
        await withTaskGroup(of: (Instance, Probe?).self) { group in
            var tally = empty
            var turn = 0
            let (endpoint, token) = (tally.endpoint, tally.token)
            func sendNext() {
                let instance = instances[turn % instances.count]
                turn += 1
                group.addTask {
                    (instance, try? await Probe.send(endpoint, token: token, to: instance, with: client))
                }
            }
            for _ in 0..<Self.tasksPerTally { sendNext() }
            while let (instance, probe) = await group.next() {
                if let probe { tally.add(probe, from: instance) } else { tally.addFailure() }
                await progress(tally)
                guard ContinuousClock.now < end else { continue }
                try? await Task.sleep(for: Self.pause)
                sendNext()
            }
            return tally
        }
    }
}
#endif
