/// Whether a site is registered, once that was asked for.
public enum Registration: Sendable, Hashable {
    /// It is new, and counts from now on.
    case registered(SiteUsage)
    /// It was registered before, by whichever application of the group, and cost nothing.
    case alreadyRegistered(SiteUsage)
    /// It is new and the quota has no room; nothing was changed.
    case refused(SiteUsage)

    /// What to tell whoever is refused.
    public static let refusalMessage =
        "Application developer has exceeded maximum number of client installations. Please contact the developer."

    /// Whether the site is registered now.
    public var isRegistered: Bool {
        switch self {
        case .registered, .alreadyRegistered: true
        case .refused: false
        }
    }

    /// Where the quota stands afterwards.
    public var usage: SiteUsage {
        switch self {
        case .registered(let usage), .alreadyRegistered(let usage), .refused(let usage): usage
        }
    }
}
