import Console

/// One thing that grows, and the points at which it is measured.
struct ScaleSeries: Sendable {
    struct Stop: Sendable {
        let at: Int
        /// Where numbers only stand for something.
        let name: String?
        let setting: ScaleSetting

        var label: String { name ?? at.grouped }
    }

    /// As the results have it.
    let name: String
    let title: String
    /// What the numbers of the stops count.
    let unit: String
    let isLogarithmic: Bool
    /// Whether what a key takes depends on it.
    let hasBytes: Bool
    let stops: [Stop]

    /// The series in which a usual setting is changed for each number.
    init(
        _ name: String,
        _ title: String,
        unit: String,
        at numbers: [Int],
        names: [String] = [],
        isLogarithmic: Bool = true,
        hasBytes: Bool = false,
        from usual: ScaleSetting,
        change: (inout ScaleSetting, Int) -> Void
    ) {
        self.name = name
        self.title = title
        self.unit = unit
        self.isLogarithmic = isLogarithmic
        self.hasBytes = hasBytes
        stops = numbers.enumerated().map { place, number in
            var setting = usual
            change(&setting, number)
            return Stop(at: number, name: names.indices.contains(place) ? names[place] : nil, setting: setting)
        }
    }
}
