import Console

/// What one stop of a series has shown, medians over the rounds; its names are those of the JSON.
struct ScalePoint: Encodable {
    /// How far the series has grown: the limit, the number of keys, and so on; for `transport` see `name`.
    let at: Int
    /// Of `transport`: `unix` or `tcp`.
    let name: String?
    /// Decisions.
    let perSecond: Double
    /// How often raw commands do as much in the same setting: a GET and a SET PX for each window of a decision.
    let rawPairsPerSecond: Double
    let ratioToRawPairs: Double?
    /// Microseconds.
    let p50: Double?
    let p99: Double?
    /// CPU of the server for each decision.
    let serverMicroseconds: Double?
    /// `MEMORY USAGE` of a window before the first decision; only where it depends on the series.
    let bytesPerKey: Int?
    let errors: Int

    init(_ stop: ScaleSeries.Stop, _ measurements: [Measurement], raw: [Measurement], bytesPerKey: Int?) {
        let rawPerSecond = Report.median(raw.map(\.perSecond))
        let row = Report.Row(stop.label, measurements, rawPairs: rawPerSecond)
        at = stop.at
        name = stop.name
        perSecond = row.perSecond ?? 0
        rawPairsPerSecond = rawPerSecond.rounded()
        ratioToRawPairs = row.ratioToRawPairs
        p50 = row.p50
        p99 = row.p99
        serverMicroseconds = row.serverMicroseconds
        self.bytesPerKey = bytesPerKey
        // Of the raw commands too: a baseline that fails is none.
        errors = (row.errors ?? 0) + raw.map(\.errors).reduce(0, +)
    }

    var label: String { name ?? at.grouped }
}
