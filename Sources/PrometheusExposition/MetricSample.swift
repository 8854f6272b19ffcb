/// One line of the text format, without what all lines of its metric share.
struct MetricSample: Sendable {
    /// What follows the metric's name, such as `_bucket`.
    let suffix: String
    /// A label that the metric itself does not have, such as `le="0.1"`; empty for none.
    let label: String
    let value: String

    init(_ value: String, suffix: String = "", label: String = "") {
        self.value = value
        self.suffix = suffix
        self.label = label
    }
}
