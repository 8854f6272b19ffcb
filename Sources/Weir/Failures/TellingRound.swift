/// How telling the shared counts has gone with what was told at the same time.
package struct TellingRound: Sendable {
    private var domains: Set<FailureDomain> = []
    private var failed: Set<FailureDomain> = []

    package init() {}

    /// One window has been told, or could not be.
    package mutating func ended(in domain: FailureDomain, isTold: Bool) {
        domains.insert(domain)
        if !isTold { failed.insert(domain) }
    }

    /// Whether to tell more: not if something failed everywhere.
    ///
    /// One server must not keep the others from being told.
    package var goesOn: Bool { failed.count < domains.count }
}
