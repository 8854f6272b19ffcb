/// The CPU that a decision takes.
struct DecisionCost: Sendable {
    /// Of all servers together.
    let serverMicroseconds: Double
    /// Of the client, callers included.
    let clientMicroseconds: Double
}
