internal import Foundation

/// One direction of a plot: where a value lies, and which round values are marked.
struct PlotAxis: Sendable {
    struct Mark: Sendable, Hashable {
        let value: Double
        let label: String
    }

    let lowest: Double
    let highest: Double
    let isLogarithmic: Bool
    let marks: [Mark]

    /// Steps of time that people count in, in seconds.
    private static let times = [
        0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200,
        86_400,
    ]

    /// Where a value lies, from 0 to 1; what is beyond an end lies at that end.
    func place(of value: Double) -> Double {
        guard highest > lowest, value.isFinite else { return 0 }
        let place =
            isLogarithmic
            ? log10(max(value, lowest) / lowest) / log10(highest / lowest)
            : (value - lowest) / (highest - lowest)
        return min(max(place, 0), 1)
    }

    /// Counts from zero, with room for a share more than the most, and about so many marks.
    static func counts(upTo most: Double, room: Double = 0.12, marks: Int = 4) -> PlotAxis {
        let highest = max(most.isFinite ? most : 1, 1) * (1 + room)
        let step = max(1, roundNumber(atLeast: highest / Double(marks + 1)))
        let values = stride(from: 0, through: highest, by: step)
        return PlotAxis(
            lowest: 0,
            highest: highest,
            isLogarithmic: false,
            marks: values.map { Mark(value: $0, label: short($0)) }
        )
    }

    /// Seconds from zero to an end, with at most so many marks.
    static func seconds(upTo end: Double, marks: Int) -> PlotAxis {
        let least = end / Double(max(marks, 1))
        let step = times.first { $0 >= least } ?? roundNumber(atLeast: least)
        let digits = step < 0.1 ? 2 : step < 1 ? 1 : 0
        let values = stride(from: 0, through: end * 1.0001, by: step)
        return PlotAxis(
            lowest: 0,
            highest: end,
            isLogarithmic: false,
            marks: values.map { value in
                let label = digits > 0 ? Figures.decimal(value, digits: digits) : Figures.seconds(value)
                return Mark(value: value, label: label)
            }
        )
    }

    /// Microseconds by powers of ten, around all that was waited, with room for a share more and at most so many marks.
    static func waits(_ microseconds: [Int], room: Double = 0, marks most: Int) -> PlotAxis {
        let values = microseconds.map { Double(max($0, 1)) }
        let first = Int(log10(values.min() ?? 1).rounded(.down))
        let last = max(Int(log10(values.max() ?? 1).rounded(.up)), first + 1)
        let stride = stride(from: first, through: last, by: max(1, (last - first + most - 1) / max(most, 1)))
        return PlotAxis(
            lowest: pow(10, Double(first)),
            highest: pow(10, Double(last) + room * Double(last - first)),
            isLogarithmic: true,
            marks: stride.map { Mark(value: pow(10, Double($0)), label: powerOfTen($0)) }
        )
    }

    /// The least of 1, 2 and 5 by powers of ten that is no less than a value.
    private static func roundNumber(atLeast value: Double) -> Double {
        guard value > 0, value.isFinite else { return 1 }
        let power = pow(10, log10(value).rounded(.down))
        return ([1.0, 2.0, 5.0].first { $0 * power >= value } ?? 10) * power
    }

    /// `20,000`, and `20 M` for what would be too wide.
    private static func short(_ value: Double) -> String {
        if value >= 1_000_000_000 { return "\(Figures.rounded(value / 1_000_000_000)) G" }
        if value >= 1_000_000 { return "\(Figures.rounded(value / 1_000_000)) M" }
        return Figures.rounded(value)
    }

    /// `100 µs`, `1 ms`, `10 s`.
    private static func powerOfTen(_ exponent: Int) -> String {
        let (unit, least) = exponent < 3 ? ("µs", 0) : exponent < 6 ? ("ms", 3) : ("s", 6)
        return "\(Figures.rounded(pow(10, Double(exponent - least)))) \(unit)"
    }
}
