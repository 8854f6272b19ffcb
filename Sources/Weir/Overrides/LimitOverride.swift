/// A limit that an operator stored for one subject of a rule or a quota; it wins over the rule's own.
public struct LimitOverride: Sendable, Hashable {
    /// The units admitted, 0 to 2^31; 0 blocks.
    public let limit: Int
    /// The time since the epoch, in whole seconds, from which the rule's own limit holds again; nil for no end.
    public let until: Duration?

    private static let latest = (1 << 53) / 1_000_000

    /// An override, by default without an end.
    ///
    /// - Parameters:
    ///   - limit: the units admitted, 0 to 2^31; 0 blocks.
    ///   - until: when it ends, as time since the epoch; a part of a second is rounded up. At the latest in the year 2255.
    /// - Throws: ``WeirError`` of ``WeirError/Code/invalidOverride`` if one of them is out of range.
    public init(_ limit: Int, until: Duration? = nil) throws(WeirError) {
        guard (0...Terms.limits.upperBound).contains(limit) else {
            throw WeirError(.invalidOverride, "the limit is \(limit); 0, which blocks, to 2147483648 are possible")
        }
        var ends: Int?
        if let until {
            guard until > .zero, until <= .seconds(Self.latest) else {
                throw WeirError(.invalidOverride, "it ends \(until) after the epoch; give a time up to the year 2255")
            }
            ends = Int(until.components.seconds) + (until.components.attoseconds > 0 ? 1 : 0)
        }
        self.limit = limit
        self.until = ends.map { .seconds($0) }
    }

    /// Reads what is stored: `LIMIT` or `LIMIT UNTIL`, until in seconds since the epoch; nil if it is neither.
    package init?(stored text: String) {
        let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }),
            let limit = Int(words[0]), limit <= Terms.limits.upperBound
        else { return nil }
        var until: Duration?
        if words.count == 2, !words[1].isEmpty {
            guard let seconds = Int(words[1]), seconds <= Self.latest else { return nil }
            until = .seconds(seconds)
        }
        self.limit = limit
        self.until = until
    }

    /// As it is stored.
    package var stored: String {
        until.map { "\(limit) \($0.components.seconds)" } ?? "\(limit)"
    }

    /// When it ends, in microseconds since the epoch.
    package var ends: Int? { until?.microseconds }
}
