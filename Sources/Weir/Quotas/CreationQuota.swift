/// How many objects a user may create in a lifetime, and by how much that grows once it has been reached.
///
/// `CreationQuota(limit: 5000, monthlyGrowth: 100)`: the 5,001st object is refused. If the 5,000th was created on
/// 31 January at 10:00:00 UTC, the limit is 5,100 from the last day of February at 10:00:00 on, 5,200 from 31 March,
/// 5,300 from 30 April. Growth that is not used stays.
public struct CreationQuota: Sendable, Hashable {
    /// The objects that may exist before the limit begins to grow, 1 to 2^31.
    public var limit: Int
    /// The objects by which the limit grows each calendar month after it was first reached, 0 to 2^31.
    public var monthlyGrowth: Int

    /// A quota; whether it makes sense is checked when a keeper is made with it.
    public init(limit: Int = 5000, monthlyGrowth: Int = 100) {
        self.limit = limit
        self.monthlyGrowth = monthlyGrowth
    }

    /// The quota itself if it makes sense.
    func validated() throws(WeirError) -> CreationQuota {
        let largest = Terms.limits.upperBound
        guard (0...largest).contains(monthlyGrowth) else {
            throw WeirError(.invalidQuota, "the monthly growth is \(monthlyGrowth); 0 to \(largest) are possible")
        }
        guard (1...largest).contains(limit) else {
            let advice =
                limit == 0 && monthlyGrowth > 0
                ? "a growth of \(monthlyGrowth) a month needs a limit to grow from, 1 to \(largest)"
                : "1 to \(largest) are possible"
            throw WeirError(.invalidQuota, "the limit is \(limit); \(advice)")
        }
        return self
    }
}
