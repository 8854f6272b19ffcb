/// Values and texts as the text format writes them.
enum MetricText {
    /// A number; without a fraction it is written as a whole one.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    /// A line of help, in which a line break cannot end it.
    static func help(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    /// The value of a label, between quotation marks.
    static func label(_ text: String) -> String {
        "\"\(help(text).replacing("\"", with: "\\\""))\""
    }
}
