extension Policy {
    /// A quota that an endpoint draws on.
    public enum Quota: String, Sendable, Hashable, CaseIterable {
        /// The objects that a user creates.
        case creations
        /// The sites that a group registers.
        case sites
    }

    /// One endpoint of the service, for its documentation.
    public struct Endpoint: Sendable, Hashable {
        /// What descriptors call it, a method and a path: `PUT /sites/{site}`.
        public var name: String
        /// What it does, in a few words.
        public var summary: String?
        /// More about it, in sentences.
        public var details: String?
        /// The quota that it draws on, if any.
        public var quota: Quota?

        /// An endpoint.
        public init(_ name: String, summary: String? = nil, details: String? = nil, quota: Quota? = nil) {
            self.name = name
            self.summary = summary
            self.details = details
            self.quota = quota
        }

        private static let methods: Set<String> = [
            "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE",
        ]

        /// The method in lower case, and the path with its variables in braces; nil if the name is no method and path.
        ///
        /// `PUT /sites/:site` is `put` and `/sites/{site}`.
        var operation: (method: String, path: String)? {
            let words = name.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2, Self.methods.contains(String(words[0])), words[1].hasPrefix("/"),
                !words[1].contains(where: { $0.isWhitespace || $0 == "?" || $0 == "#" })
            else { return nil }
            let path = words[1].split(separator: "/", omittingEmptySubsequences: false).map { part in
                part.hasPrefix(":") && part.count > 1 ? "{\(part.dropFirst())}" : String(part)
            }
            return (words[0].lowercased(), path.joined(separator: "/"))
        }
    }
}
