/// A series and what its stops have shown.
struct ScaleLine: Encodable {
    let series: ScaleSeries
    let points: [ScalePoint]

    private enum CodingKeys: String, CodingKey {
        case series
        case points
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(series.name, forKey: .series)
        try container.encode(points, forKey: .points)
    }
}
