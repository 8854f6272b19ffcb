#if AsyncHTTPClient
/// The parts of a URL, of which user and password are left out.
struct RequestTarget: Sendable, Hashable {
    let scheme: String
    let authority: String
    /// Path and query.
    let path: String
    /// What stands before the `@`, if anything.
    let user: String?

    init(_ url: String) {
        let url = url.prefix { $0 != "#" }
        guard let colon = url.range(of: "://") else {
            (scheme, authority, path, user) = ("", "", String(url), nil)
            return
        }
        let rest = url[colon.upperBound...]
        let place = rest.prefix { $0 != "/" && $0 != "?" }
        let path = rest[place.endIndex...]
        let sign = place.lastIndex(of: "@")
        scheme = url[..<colon.lowerBound].lowercased()
        authority = (sign.map { place[place.index(after: $0)...] } ?? place).lowercased()
        self.path = path.hasPrefix("/") ? String(path) : "/" + path
        user = sign.map { String(place[..<$0]) }
    }

    /// The path without the query.
    var pathAlone: String { String(path.prefix { $0 != "?" }) }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
#endif
