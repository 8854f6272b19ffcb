/// The elements of an SVG, one a line; whatever is text is escaped.
struct Drawing {
    struct Point: Sendable, Hashable {
        let x: Double
        let y: Double
    }

    /// A rectangle with sides along the axes.
    struct Area: Sendable, Hashable {
        let x: Double
        let y: Double
        let width: Double
        let height: Double
    }

    /// Where a text stands relative to its point.
    enum Anchor: String {
        case start, middle, end
    }

    /// What has stripes too, so that it is known by more than its colour, and which way they lean.
    static let striped = ["denied": 45, "unsettled": -45]

    /// Unlike that of every other drawing on the page.
    let name: String
    private(set) var elements: [String] = []

    init(name: String) { self.name = name }

    /// Declares the stripes of ``striped``, which other elements then refer to.
    mutating func declareStripes() {
        let patterns = Self.striped.sorted { $0.key < $1.key }.map { style, angle in
            let width = style == "denied" ? "1" : "2.5"
            return "<pattern id=\"\(name)-\(style)\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\""
                + " patternTransform=\"rotate(\(angle))\"><rect class=\"\(style)\" width=\"6\" height=\"6\"/>"
                + "<path class=\"stripe\" stroke-width=\"\(width)\" d=\"M0 3H6\"/></pattern>"
        }
        elements.append("<defs>\(patterns.joined())</defs>")
    }

    mutating func rectangle(_ style: String, _ area: Area, radius: Double = 0, hint: String? = nil) {
        let place = "x=\"\(Self.digits(area.x))\" y=\"\(Self.digits(area.y))\""
        let size = "width=\"\(Self.digits(area.width))\" height=\"\(Self.digits(area.height))\""
        let corner = radius > 0 ? " rx=\"\(Self.digits(radius))\"" : ""
        append("rect \(filled(style)) \(place) \(size)\(corner)", named: "rect", hint: hint)
    }

    mutating func path(_ style: String, _ steps: String, hint: String? = nil) {
        append("path \(filled(style)) d=\"\(steps)\"", named: "path", hint: hint)
    }

    mutating func line(_ style: String, from start: Point, to end: Point) {
        path(style, "M\(Self.pair(start))L\(Self.pair(end))")
    }

    mutating func dot(_ style: String, at point: Point, radius: Double, hint: String? = nil) {
        let place = "cx=\"\(Self.digits(point.x))\" cy=\"\(Self.digits(point.y))\" r=\"\(Self.digits(radius))\""
        append("circle \(filled(style)) \(place)", named: "circle", hint: hint)
    }

    mutating func text(_ text: String, at point: Point, style: String = "plain", anchor: Anchor = .start) {
        let place = "x=\"\(Self.digits(point.x))\" y=\"\(Self.digits(point.y))\""
        let end = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
        elements.append("<text class=\"\(style)\" \(place)\(end)>\(Markup.escaped(text))</text>")
    }

    /// A picture that fills the width it is given, with what it shows in words.
    func markup(width: Double, height: Double, label: String) -> Markup {
        let box = "0 0 \(Self.digits(width)) \(Self.digits(height))"
        return """
            <svg viewBox="\(box)" role="img" aria-label="\(label)">
            \(Markup(trusted: elements.joined(separator: "\n")))
            </svg>
            """
    }

    /// How wide a text may become: nobody knows with what font it will be drawn.
    static func width(of text: String) -> Double { Double(text.unicodeScalars.count) * 6.9 }

    /// A number with at most one digit after the point, which is finer than a reader sees.
    static func digits(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }

    static func pair(_ point: Point) -> String { "\(digits(point.x)) \(digits(point.y))" }

    private mutating func append(_ element: String, named kind: String, hint: String?) {
        guard let hint else { return elements.append("<\(element)/>") }
        elements.append("<\(element)><title>\(Markup.escaped(hint))</title></\(kind)>")
    }

    private func filled(_ style: String) -> String {
        guard Self.striped[style] != nil else { return "class=\"\(style)\"" }
        return "fill=\"url(#\(name)-\(style))\""
    }
}
