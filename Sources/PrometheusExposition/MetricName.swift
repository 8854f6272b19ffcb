/// Names that the text format allows, from those that swift-metrics does.
enum MetricName {
    /// The name of a metric: letters, digits, `_` and `:`, and no digit at the start; anything else becomes `_`.
    static func metric(_ label: String, isCounter: Bool) -> String {
        let name = sanitized(label, besides: ":")
        return isCounter && !name.hasSuffix("_total") ? name + "_total" : name
    }

    /// Labels as they stand between the braces, sorted by name; of those that become the same, the first.
    static func labels(_ dimensions: [(String, String)]) -> String {
        var values: [String: String] = [:]
        for (name, value) in dimensions {
            let name = sanitized(name, besides: nil)
            if values[name] == nil { values[name] = value }
        }
        return values.sorted { $0.key < $1.key }.map { "\($0.key)=\(MetricText.label($0.value))" }
            .joined(separator: ",")
    }

    private static func sanitized(_ text: String, besides allowed: Character?) -> String {
        let name = String(
            text.map { character -> Character in
                let isPlain = character.isASCII && (character.isLetter || character.isNumber)
                return isPlain || character == allowed ? character : "_"
            }
        )
        return name.first.map { $0.isNumber ? "_" + name : name } ?? "_"
    }
}
