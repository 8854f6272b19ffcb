internal import HTTPTypes
internal import WeirFields

/// The field in which proxies say for whom they ask; a service goes by one of them.
///
/// A proxy that appends to one field hands the other on as the client wrote it, so whoever read both could be deceived.
public enum ForwardingField: String, Sendable, Hashable, CaseIterable, Codable {
    /// `X-Forwarded-For: 203.0.113.7, 10.0.0.2`: the client first, then the proxies but for the last.
    case xForwardedFor = "X-Forwarded-For"
    /// `Forwarded: for=203.0.113.7;proto=https, for="[2001:db8::1]:4711"`, of RFC 7239.
    case forwarded = "Forwarded"

    /// How many entries are read, from the last one on.
    static let mostHops = 64

    /// The addresses that proxies have told, the last one first; nil for what is none, and nothing after that.
    func hops(in fields: HTTPFields) -> [IPAddress] {
        var hops: [IPAddress] = []
        for value in fields[values: .known(rawValue)].reversed() {
            var rest: Substring? = value[...]
            while let entries = rest {
                let comma = entries.lastIndex(of: ",")
                let entry = comma.map { entries[entries.index(after: $0)...] } ?? entries
                rest = comma.map { entries[..<$0] }
                guard hops.count < Self.mostHops, let address = address(in: entry.trimmingBlanks) else { return hops }
                hops.append(address)
            }
        }
        return hops
    }

    private func address(in entry: Substring) -> IPAddress? {
        switch self {
        case .xForwardedFor: IPAddress(node: entry)
        case .forwarded: Self.node(in: entry).flatMap { IPAddress(node: $0) }
        }
    }

    /// The value of `for`, if it comes exactly once.
    ///
    /// Commas part the entries even in quotes: no address has one, and a client that opens a quote must not swallow what
    /// the proxies have appended.
    private static func node(in entry: Substring) -> Substring? {
        var node: Substring?
        for pair in entry.split(separator: ";") {
            let parts = pair.trimmingBlanks.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].count(where: { $0 == "\"" }).isMultiple(of: 2) else { return nil }
            guard parts[0].lowercased() == "for" else { continue }
            guard node == nil else { return nil }
            let isQuoted = parts[1].count >= 2 && parts[1].first == "\"" && parts[1].last == "\""
            node = isQuoted ? parts[1].dropFirst().dropLast() : parts[1]
        }
        return node
    }
}
