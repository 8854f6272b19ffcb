/// What was recorded under one name and one set of labels.
protocol MetricCell: AnyObject, Sendable {
    /// What there is to write down now, taken at one moment.
    var samples: [MetricSample] { get }
}
