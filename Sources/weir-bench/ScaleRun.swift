import Console
import Hiredis
import LocalServers
import Weir

/// Measures all points of a plan in turn, round by round, each beside the raw commands in the same setting.
struct ScaleRun {
    /// One measurement of a round.
    private struct Step {
        let name: String
        let setting: ScaleSetting
        let isRaw: Bool
    }

    let server: PrivateRedis
    let plan: ScalePlan
    let duration: Duration
    let rounds: Int

    func run() async throws -> [ScaleLine] {
        let filler = try KeyFiller(server: server)
        let tcp = try server.listenOnTCP(over: filler.connection)
        let steps = self.steps
        var weir: [ScaleSetting: [Measurement]] = [:]
        var raw: [ScaleSetting: [Measurement]] = [:]
        var bytes: [ScaleSetting: Int] = [:]
        for round in 1...rounds {
            for (number, step) in steps.enumerated() {
                ProgressLine.show("round \(round) of \(rounds), \(number + 1) of \(steps.count): \(step.name)")
                let address = step.setting.transport == .tcp ? tcp : server.address
                let load = ScaleLoad(setting: step.setting, address: address, duration: duration)
                try filler.empty()
                if step.isRaw {
                    try fillRaw(step.setting, filler)
                    let measurement = try await load.measure(load.rawLoads())
                    raw[step.setting, default: []].append(measurement)
                } else {
                    bytes[step.setting] = try fillWindows(step.setting, filler)
                    let measurement = try await measure(load)
                    weir[step.setting, default: []].append(measurement)
                }
            }
        }
        ProgressLine.show("")
        return plan.series.map { series in
            let points = series.stops.map { stop in
                ScalePoint(
                    stop,
                    weir[stop.setting] ?? [],
                    raw: raw[stop.setting.baseline] ?? [],
                    bytesPerKey: series.hasBytes ? bytes[stop.setting] : nil
                )
            }
            return ScaleLine(series: series, points: points)
        }
    }

    /// Each setting once a round, though several series may pass through it, and before it its baseline.
    private var steps: [Step] {
        var steps: [Step] = []
        var baselines: Set<ScaleSetting> = []
        var settings: Set<ScaleSetting> = []
        for series in plan.series {
            for stop in series.stops {
                let name = "\(series.name) \(stop.label)"
                if baselines.insert(stop.setting.baseline).inserted {
                    steps.append(Step(name: "raw, \(name)", setting: stop.setting.baseline, isRaw: true))
                }
                if settings.insert(stop.setting).inserted {
                    steps.append(Step(name: "weir, \(name)", setting: stop.setting, isRaw: false))
                }
            }
        }
        return steps
    }

    private func measure(_ load: ScaleLoad) async throws -> Measurement {
        let loads = try await load.callerLoads()
        let measurement = try await MeasuredServers([server.address]).measuring { try await load.measure(loads) }
        for load in loads { await load.limiter.shutdown() }
        return measurement
    }

    /// Fills the windows of all keys alike, and tells what the first takes.
    private func fillWindows(_ setting: ScaleSetting, _ filler: KeyFiller) throws -> Int {
        let keys = setting.rules.map { NumberedKeys.windows(of: $0) }
        let first = keys[0][0]
        try filler.fill(Array(first.utf8), with: setting.window)
        let bytes = try filler.bytes(of: first)
        for keys in keys { try filler.copy(first, to: keys, count: setting.keys) }
        return bytes
    }

    private func fillRaw(_ setting: ScaleSetting, _ filler: KeyFiller) throws {
        let first = NumberedKeys.raw(1)[0]
        _ = try filler.connection.exchange([RawLoad.write(first)])
        for place in 1...setting.windows {
            try filler.copy(first, to: NumberedKeys.raw(place), count: setting.keys)
        }
    }
}
