package import StressHistory

/// A fault that is to happen.
package struct PlannedFault: Sendable, Hashable {
    package let kind: Fault.Kind
    /// When it begins, from the start of the run.
    package let begins: Duration
    /// How long it lasts; zero for what is done once.
    package let length: Duration
    /// For whatever about it is left to chance.
    package let seed: UInt64

    package init(kind: Fault.Kind, begins: Duration = .zero, length: Duration, seed: UInt64) {
        self.kind = kind
        self.begins = begins
        self.length = length
        self.seed = seed
    }

    package var ends: Duration { begins + length }

    /// When nothing that it held up is on its way any more.
    package var settles: Duration { kind.holdsUpAsLongAgain ? ends + length : ends }
}
