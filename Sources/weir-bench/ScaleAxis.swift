import Console
import Foundation

/// One direction of a panel: where a value lies, and which values are marked.
struct ScaleAxis {
    struct Mark {
        let value: Double
        let label: String
    }

    let lowest: Double
    let highest: Double
    let isLogarithmic: Bool
    let marks: [Mark]

    /// Values that differ by more than this are told apart only by powers of ten.
    private static let widestLinear = 20.0
    /// More marks than these stand too close.
    private static let mostMarks = 8
    private static let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")

    /// Where a value lies, from 0 to 1.
    func place(of value: Double) -> Double {
        guard highest > lowest else { return 0.5 }
        guard isLogarithmic else { return (value - lowest) / (highest - lowest) }
        return log10(max(value, lowest) / lowest) / log10(highest / lowest)
    }

    /// The axis on which the stops of a series stand, each with its mark.
    static func across(_ line: ScaleLine) -> ScaleAxis {
        let marks = line.points.map { Mark(value: Double($0.at), label: $0.name ?? exact($0.at)) }
        let values = marks.map(\.value)
        return ScaleAxis(
            lowest: values.min() ?? 0,
            highest: values.max() ?? 1,
            isLogarithmic: line.series.isLogarithmic,
            marks: marks
        )
    }

    /// The axis of what was measured: from zero, or by powers of ten where it differs too much for that.
    static func upwards(_ values: [Double]) -> ScaleAxis {
        let values = values.filter { $0.isFinite && $0 > 0 }
        guard let least = values.min(), let most = values.max() else {
            return ScaleAxis(lowest: 0, highest: 1, isLogarithmic: false, marks: [])
        }
        guard most / least <= widestLinear else {
            let all = roundNumbers(around: least, most)
            let decades = all.filter { "\(Int($0))".hasPrefix("1") }
            return ScaleAxis(
                lowest: all.first ?? least,
                highest: all.last ?? most,
                isLogarithmic: true,
                marks: (all.count > mostMarks ? decades : all).map { Mark(value: $0, label: short($0)) }
            )
        }
        let step = roundNumbers(around: most / 5, most / 5).last ?? most
        let highest = (most / step).rounded(.up) * step
        let steps = stride(from: 0, through: highest + step / 2, by: step)
        return ScaleAxis(
            lowest: 0,
            highest: highest,
            isLogarithmic: false,
            marks: steps.map { Mark(value: $0, label: short($0)) }
        )
    }

    /// The numbers 1, 2 and 5 by powers of ten, from the last that is not above `least` to the first not below `most`.
    private static func roundNumbers(around least: Double, _ most: Double) -> [Double] {
        let exponents = Int(log10(least).rounded(.down))...Int(log10(most).rounded(.up))
        let all = exponents.flatMap { exponent in [1.0, 2.0, 5.0].map { $0 * pow(10.0, Double(exponent)) } }
        let first = all.lastIndex { $0 <= least } ?? 0
        let last = all.firstIndex { $0 >= most } ?? all.count - 1
        return Array(all[first...max(first, last)])
    }

    /// `10⁶` for a million, and digits for what is no power of ten.
    private static func exact(_ value: Int) -> String {
        var (rest, exponent) = (value, 0)
        while rest >= 10, rest.isMultiple(of: 10) { (rest, exponent) = (rest / 10, exponent + 1) }
        guard rest == 1, exponent >= 3 else { return value.grouped }
        return "10" + String("\(exponent)".compactMap { digit in digit.wholeNumberValue.map { superscripts[$0] } })
    }

    /// `150k` for 150,000.
    private static func short(_ value: Double) -> String {
        if value >= 1_000_000 {
            String(format: "%gM", value / 1_000_000)
        } else if value >= 1000 {
            String(format: "%gk", value / 1000)
        } else {
            String(format: "%g", value)
        }
    }
}
