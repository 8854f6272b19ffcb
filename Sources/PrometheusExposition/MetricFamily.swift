/// All metrics of one name, which differ in their labels.
struct MetricFamily: Sendable {
    /// As the text format calls them.
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    let kind: Kind
    let help: String
    /// By their labels, as they stand between the braces.
    var cells: [String: any MetricCell] = [:]

    func text(named name: String) -> String {
        var lines = ["# HELP \(name) \(MetricText.help(help))", "# TYPE \(name) \(kind.rawValue)"]
        for (labels, cell) in cells.sorted(by: { $0.key < $1.key }) {
            for sample in cell.samples {
                let labels = [labels, sample.label].filter { !$0.isEmpty }.joined(separator: ",")
                lines.append("\(name)\(sample.suffix)\(labels.isEmpty ? "" : "{\(labels)}") \(sample.value)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
