/// The raised limits that an operator grants to one group, for one application in production.
///
/// An application has at most one such group. Whatever the grant leaves out stays as the rules have it.
public struct ProductionGrant: Sendable, Hashable {
    /// The group whose limits are raised.
    public let group: String
    /// The application for which they are raised.
    public let application: String
    /// The calls of the group, 1 to 2^31, in place of its rule's; nil leaves them.
    public let calls: Int?
    /// The sites of the group, 1 to 2^31, in place of its quota; nil leaves them.
    public let sites: Int?

    /// A grant of calls, sites, or both.
    ///
    /// - Parameters:
    ///   - group: the group, 1 to 65,536 bytes.
    ///   - application: the application, likewise.
    ///   - calls: the calls of the group, 1 to 2^31; nil leaves them.
    ///   - sites: the sites of the group, likewise.
    /// - Throws: ``WeirError`` of ``WeirError/Code/invalidGrant`` if a name or a figure is out of range, or both figures
    ///   are left out.
    public init(group: String, application: String, calls: Int? = nil, sites: Int? = nil) throws(WeirError) {
        try NameLength.check(group, "name of the group", .invalidGrant)
        try NameLength.check(application, "name of the application", .invalidGrant)
        guard calls != nil || sites != nil else {
            throw WeirError(.invalidGrant, "the grant raises nothing; give calls, sites or both")
        }
        for (figure, part) in [(calls, "calls"), (sites, "sites")] {
            guard let figure else { continue }
            guard Terms.limits.contains(figure) else {
                throw WeirError(.invalidGrant, "\(figure) \(part) cannot be granted; 1 to 2147483648 are possible")
            }
        }
        self.group = group
        self.application = application
        self.calls = calls
        self.sites = sites
    }
}
