/// Whether objects may be created under a user's quota.
public enum CreationOutcome: Sendable, Hashable {
    /// There was room, and the objects are counted.
    case created(CreationUsage)
    /// There was no room, and nothing is counted: answer 403 with the error code `objectCreationQuotaReached`.
    case exhausted(CreationUsage)

    /// Whether the objects may be created.
    public var isCreated: Bool {
        if case .created = self { true } else { false }
    }

    /// Where the quota stands.
    public var usage: CreationUsage {
        switch self {
        case .created(let usage), .exhausted(let usage): usage
        }
    }
}
