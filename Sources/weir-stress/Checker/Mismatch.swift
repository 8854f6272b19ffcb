internal import StressHistory

/// A window that by its own account holds something else than it can.
struct Mismatch {
    let fact: WindowFact
    let told: Told
    /// What it can hold.
    let least: Int
    let most: Int
}
