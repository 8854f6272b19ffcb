/// Whose quota is meant.
public enum QuotaSubject: Sendable, Hashable {
    /// The sites of a group.
    case sites(group: String)
    /// The objects of a user.
    case creations(user: String)
}
