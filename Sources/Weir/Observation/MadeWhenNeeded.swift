internal import Synchronization

/// A metric that is made when it is first recorded, by whichever task comes first: many combinations never occur.
final class MadeWhenNeeded<Metric: AnyObject & Sendable>: Sendable {
    private let made = AtomicLazyReference<Metric>()
    private let make: @Sendable () -> Metric

    init(_ make: @escaping @Sendable () -> Metric) { self.make = make }

    /// Without a lock: a decision looks here several times.
    var value: Metric { made.load() ?? made.storeIfNil(make()) }
}
