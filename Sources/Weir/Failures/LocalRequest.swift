/// A request as this process decides it by itself: over some of its windows, each with a share of its limit.
package struct LocalRequest: Sendable {
    /// The places in the whole request of the windows that are counted here.
    let places: [Int]
    /// The request over these windows.
    package let request: DecisionRequest
    /// What the shared counts have to be told: each of these windows as Redis has it, together with its parts.
    ///
    /// A window and its parts are told together, or the parts would not add up to the whole.
    let shared: [Subject]

    /// A request over the windows that have a share.
    ///
    /// What tells a part of a window is counted wherever that one is. Where that one is not, it is counted here and not
    /// told, for it may not have more than the whole.
    ///
    /// - Parameters:
    ///   - whole: the request as Redis was asked.
    ///   - shares: of the limit of each of its windows, by place; nil for one that is not counted here.
    package init(_ whole: DecisionRequest, shares: [Double?]) {
        let subject = whole.subject
        let shares = subject.windows.indices.map { place in
            shares[place] ?? subject.windows[place].pool.flatMap { shares[$0.place] }
        }
        let places = shares.indices.filter { shares[$0] != nil }
        let windows = places.map { place in
            let (window, share) = (subject.windows[place], shares[place] ?? 1)
            let limit = window.terms.limit.map { FailurePolicy.units(share, of: $0) }
            let pool = window.pool.flatMap { pool in places.firstIndex(of: pool.place).map { pool.moved(to: $0) } }
            return window.with(window.terms.with(limit: limit), pool: pool)
        }
        self.places = places
        request = DecisionRequest(
            Subject(windows: windows, limits: nil, edition: subject.edition),
            least: whole.least,
            most: whole.most
        )
        shared = places.filter { subject.windows[$0].pool == nil }.map { place in
            let parts = subject.windows.filter { $0.pool?.place == place }.map { part in
                part.with(part.terms, pool: part.pool?.moved(to: 0))
            }
            return Subject(
                windows: [subject.windows[place]] + parts,
                limits: subject.limits,
                edition: subject.edition
            )
        }
    }
}
