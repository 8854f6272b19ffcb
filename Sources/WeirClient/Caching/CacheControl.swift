internal import HTTPTypes
internal import WeirFields

/// The directives of `Cache-Control` that matter to a private cache.
///
/// A directive that comes twice with different values, or whose number is none, makes the response stale: RFC 9111,
/// section 4.2.1, leaves that choice.
struct CacheControl: Sendable, Hashable {
    private(set) var noStore = false
    private(set) var noCache = false
    private(set) var isPrivate = false
    private(set) var onlyIfCached = false
    private(set) var maxAge: Duration?
    private(set) var minFresh: Duration?

    init(_ fields: HTTPFields) {
        let values = fields[values: .cacheControl]
        for directive in values.flatMap(Self.directives) {
            let parts = directive.split(separator: "=", maxSplits: 1).map { String($0.trimmingBlanks) }
            switch (parts.first ?? "").lowercased() {
            case "no-store": noStore = true
            // With names of fields after it, all of the response is checked again: more than is asked for.
            case "no-cache": noCache = true
            // With names of fields after it, all of the response is taken for private.
            case "private": isPrivate = true
            case "only-if-cached": onlyIfCached = true
            case "max-age": maxAge = time(parts.count > 1 ? parts[1] : "", before: maxAge)
            case "min-fresh": minFresh = time(parts.count > 1 ? parts[1] : "", before: minFresh)
            default: break
            }
        }
        if values.isEmpty, fields[.pragma]?.lowercased().contains("no-cache") ?? false { noCache = true }
    }

    /// The time that a directive gives; one that is none, or another than before, means that nothing is to be relied on.
    private mutating func time(_ text: String, before: Duration?) -> Duration? {
        let digits = text.filter { $0 != "\"" }
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit) else {
            noCache = true
            return before
        }
        // What is too large for an integer is 2^31, by section 1.2.2.
        let time = Duration.seconds(min(Int(digits) ?? .max, 2_147_483_648))
        if let before, before != time { noCache = true }
        return time
    }

    /// Splits at commas, but not within quotes.
    private static func directives(_ value: String) -> [Substring] {
        var isQuoted = false
        return value.split { character in
            if character == "\"" { isQuoted.toggle() }
            return character == "," && !isQuoted
        }
    }
}

extension HTTPField.Name {
    /// `Pragma`, of which only `no-cache` means anything.
    static let pragma = known("Pragma")
}
