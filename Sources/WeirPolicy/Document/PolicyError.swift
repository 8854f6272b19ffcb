/// Why a document is not a policy: everything that is wrong with it at once.
public struct PolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    ///
    /// More may come: always handle the others too.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// A bounded text, fit for a metric label.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// There is no such file, or it cannot be read.
        public static let unreadable = Code("unreadable")
        /// It is larger or deeper than a policy is.
        public static let tooLarge = Code("too_large")
        /// It is not YAML.
        public static let malformed = Code("malformed")
        /// It is YAML, but not a policy.
        public static let invalid = Code("invalid")
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong, in the order of the document; at least one.
    public let complaints: [PolicyComplaint]

    init(_ code: Code, _ complaints: [PolicyComplaint]) {
        self.code = code
        self.complaints = complaints.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    /// The complaints, a line each.
    public var description: String { complaints.map(\.description).joined(separator: "\n") }
}
