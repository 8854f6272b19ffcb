internal import Weir
internal import WeirFields

/// Header fields as a client of an endpoint may see them, right after its first request.
struct FieldExample: Hashable {
    let name: String
    let value: String

    /// The time at which all examples happen, in seconds since the epoch: 22 November 2026.
    private static let time = 1_795_305_600

    /// The fields of all dialects in which limits are told, in the order of the dialects.
    ///
    /// - Parameters:
    ///   - limits: those that apply.
    ///   - tellsPolicy: whether draft 07 has its policy too.
    /// - Returns: the fields; of dialects that tell one limit, the tightest.
    static func fields(for limits: [PublishedLimit], tellsPolicy: Bool) -> [FieldExample] {
        Dialect.allCases.flatMap { dialect -> [FieldExample] in
            let told = limits.filter { $0.dialects.contains(dialect) && $0.count != nil }
            guard let tightest = told.min(by: { ($0.count ?? .max) < ($1.count ?? .max) }), let count = tightest.count
            else { return [] }
            let (left, wait) = (count - 1, wait(tightest))
            switch dialect {
            case .dictionary:
                let field = FieldExample(name: "RateLimit", value: "limit=\(count), remaining=\(left), reset=\(wait)")
                let policy = FieldExample(name: "RateLimit-Policy", value: "\(count);w=\(tightest.windowSeconds)")
                return tellsPolicy ? [field, policy] : [field]
            case .list:
                let standing = told.map { "\"\($0.rule.name)\";r=\(($0.count ?? 1) - 1);t=\(self.wait($0))" }
                let policies = told.map { "\"\($0.rule.name)\";q=\($0.count ?? 0);w=\($0.windowSeconds)" }
                return [
                    FieldExample(name: "RateLimit", value: standing.joined(separator: ", ")),
                    FieldExample(name: "RateLimit-Policy", value: policies.joined(separator: ", ")),
                ]
            case .trio: return three("RateLimit", count, left, wait)
            case .xRateLimit: return three("X-RateLimit", count, left, wait)
            case .xRateLimitEpoch: return three("X-Rate-Limit", count, left, time + wait)
            }
        }
    }

    private static func three(_ prefix: String, _ limit: Int, _ left: Int, _ reset: Int) -> [FieldExample] {
        [("Limit", limit), ("Remaining", left), ("Reset", reset)].map { word, number in
            FieldExample(name: "\(prefix)-\(word)", value: String(number))
        }
    }

    /// Two seconds of the window have passed, if it is that long.
    private static func wait(_ limit: PublishedLimit) -> Int { max(1, limit.windowSeconds - 2) }
}
