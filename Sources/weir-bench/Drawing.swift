import Foundation

/// The elements of an SVG, one a line; whatever is text is escaped.
struct Drawing {
    struct Point: Sendable {
        let x: Double
        let y: Double
    }

    private(set) var elements: [String] = []

    /// Draws with a corner of its own.
    mutating func group(at corner: Point, _ draw: (inout Drawing) -> Void) {
        elements.append("<g transform=\"translate(\(Self.digits(corner.x)) \(Self.digits(corner.y)))\">")
        draw(&self)
        elements.append("</g>")
    }

    mutating func rectangle(_ style: String, width: Double, height: Double, radius: Double = 0) {
        let size = "width=\"\(Self.digits(width))\" height=\"\(Self.digits(height))\" rx=\"\(Self.digits(radius))\""
        elements.append("<rect class=\"\(style)\" \(size)/>")
    }

    /// A text whose `start`, `middle` or `end` is at a point.
    mutating func text(_ text: String, at point: Point, style: String = "plain", anchor: String = "start") {
        elements.append(
            "<text class=\"\(style)\" \(Self.place(point)) text-anchor=\"\(anchor)\">\(Self.escaped(text))</text>"
        )
    }

    mutating func line(_ style: String, through points: [Point]) {
        let places = points.map { "\(Self.digits($0.x)),\(Self.digits($0.y))" }.joined(separator: " ")
        elements.append("<polyline class=\"\(style)\" points=\"\(places)\"/>")
    }

    /// A dot that says more when it is pointed at.
    mutating func dot(_ style: String, at point: Point, hint: String) {
        let centre = "cx=\"\(Self.digits(point.x))\" cy=\"\(Self.digits(point.y))\" r=\"3\""
        elements.append("<circle class=\"\(style)\" \(centre)><title>\(Self.escaped(hint))</title></circle>")
    }

    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    private static func place(_ point: Point) -> String { "x=\"\(digits(point.x))\" y=\"\(digits(point.y))\"" }

    private static func digits(_ value: Double) -> String { String(format: "%.1f", value) }
}
