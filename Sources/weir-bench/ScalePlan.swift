/// What `--scale` measures, in this order; the names of the series are promised to those who read the JSON.
struct ScalePlan: Sendable {
    let usual: ScaleSetting
    let series: [ScaleSeries]

    /// Few entries in each of a million keys, so that they fit into the memory of a small machine.
    private static let fewEntries = 8

    init(callers: Int) {
        let usual = ScaleSetting(callers: callers)
        self.usual = usual
        let limits = [10, 100, 1000, 10_000, 100_000, 1_000_000]
        let slices = [16, 32, 64, 128, 256, 512, 1024]
        let callerCounts = [1, 4, 16, 64, 256, 1024]
        series = [
            ScaleSeries("limit", "Limit", unit: "units in a window", at: limits, hasBytes: true, from: usual) {
                $0.window = WindowFill(limit: $1)
            },
            ScaleSeries("slices", "Slices", unit: "slices of a window", at: slices, hasBytes: true, from: usual) {
                $0.window = WindowFill(slices: $1)
            },
            ScaleSeries("keys", "Keys", unit: "keys, visited all over", at: [10_000, 100_000, 1_000_000], from: usual) {
                $0.keys = $1
                $0.window = WindowFill(mostEntries: Self.fewEntries)
            },
            ScaleSeries(
                "windows",
                "Windows",
                unit: "windows of one decision",
                at: Array(1...8),
                isLogarithmic: false,
                from: usual
            ) { $0.windows = $1 },
            ScaleSeries("concurrency", "Concurrency", unit: "callers at once", at: callerCounts, from: usual) {
                $0 = ScaleSetting(callers: $1)
            },
            ScaleSeries(
                "connections",
                "Connections",
                unit: "limiters that share the callers",
                at: Array(1...4),
                isLogarithmic: false,
                from: usual
            ) { $0.connections = $1 },
            ScaleSeries(
                "transport",
                "Transport",
                unit: "how the client reaches Redis",
                at: [1, 2],
                names: Transport.allCases.map(\.rawValue),
                isLogarithmic: false,
                from: usual
            ) { $0.transport = Transport.allCases[$1 - 1] },
        ]
    }
}
