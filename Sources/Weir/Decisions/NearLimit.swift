/// A subject that has come near one of its limits.
public struct NearLimit: Sendable, Hashable {
    /// Where the window stands; its `rule` says which it is.
    public let usage: RuleUsage
    /// The request whose decision showed it.
    public let descriptor: Descriptor
    /// The time of that decision since the epoch.
    public let time: Duration
}
