/// What the windows of a request are, but for their keys: the same for all requests that the same rules apply to.
package final class WindowShape: Sendable {
    /// Of each window.
    let terms: [Terms]
    /// For each window that is a part of another: the place of that one.
    let pools: [Int?]
    let hasPools: Bool
    /// How time passes for each under its rule's own limit: a part of another goes with that one.
    let paces: [Pace]

    init(terms: [Terms], pools: [Int?]) {
        self.terms = terms
        self.pools = pools
        paces = terms.indices.map { terms[pools[$0] ?? $0].pace }
        hasPools = pools.contains { $0 != nil }
    }

    convenience init(_ windows: [Window]) {
        self.init(terms: windows.map(\.terms), pools: windows.map { $0.pool?.place })
    }
}

extension WindowShape: Equatable {
    package static func == (left: WindowShape, right: WindowShape) -> Bool {
        left === right || left.terms == right.terms && left.pools == right.pools
    }
}
