/// What a request is: who makes it, and what it asks for.
///
/// Each part is optional; a rule says by which parts it counts, and a descriptor that lacks one of them is refused. Tokens
/// and users enter Redis only as keyed hashes. A token or user belongs to one group: presented with two groups, it has a
/// count in each.
///
/// ```swift
/// Descriptor(token: "s3cr3t", endpoint: "POST /objects", group: "acme", application: "crm")
/// ```
public struct Descriptor: Sendable, Hashable {
    /// The parts that a descriptor may have.
    public enum Part: String, Sendable, Hashable, CaseIterable, Codable {
        /// The credential that the caller presented.
        case token
        /// What is asked for, such as `POST /objects`: the route, not the path with its identifiers.
        case endpoint
        /// The owner of several applications.
        case group
        /// One application of a group.
        case application
        /// The person on whose behalf the request is made.
        case user
    }

    /// One part's bytes, compared byte by byte: no Unicode normalisation, no case folding.
    public struct Value: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The bytes that are counted by.
        public let bytes: [UInt8]

        /// A part that is text: its UTF-8.
        public init(_ text: String) { bytes = Array(text.utf8) }

        /// A part that may hold any bytes.
        public init(bytes: [UInt8]) { self.bytes = bytes }

        /// A part from a literal.
        public init(stringLiteral text: String) { self.init(text) }

        /// Over all bytes at once, which is several times faster than one after another.
        public func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
            hasher.combine(bytes.count)
        }

        /// Only the size: a value may be a secret.
        public var description: String { "\(bytes.count) bytes" }
    }

    private var token: Value?
    private var endpoint: Value?
    private var group: Value?
    private var application: Value?
    private var user: Value?

    /// A descriptor of the given parts.
    public init(
        token: String? = nil,
        endpoint: String? = nil,
        group: String? = nil,
        application: String? = nil,
        user: String? = nil
    ) {
        self.token = token.map { Value($0) }
        self.endpoint = endpoint.map { Value($0) }
        self.group = group.map { Value($0) }
        self.application = application.map { Value($0) }
        self.user = user.map { Value($0) }
    }

    /// Over the bytes of all parts, then their lengths at once: parts that are merely cut elsewhere hash differently.
    public func hash(into hasher: inout Hasher) {
        var lengths = 0
        for value in [token, endpoint, group, application, user] {
            // A part that is missing differs from one that is empty.
            lengths = lengths &* 1021 &+ (value.map { $0.bytes.count + 1 } ?? 0)
            value?.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
        hasher.combine(lengths)
    }

    /// How many bytes all parts have together.
    var byteCount: Int { Part.allCases.reduce(0) { $0 + (self[$1]?.bytes.count ?? 0) } }

    /// The value of a part, or nil if the request has none.
    public subscript(part: Part) -> Value? {
        get {
            switch part {
            case .token: token
            case .endpoint: endpoint
            case .group: group
            case .application: application
            case .user: user
            }
        }
        set {
            switch part {
            case .token: token = newValue
            case .endpoint: endpoint = newValue
            case .group: group = newValue
            case .application: application = newValue
            case .user: user = newValue
            }
        }
    }
}
