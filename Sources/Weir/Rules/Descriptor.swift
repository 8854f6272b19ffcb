/// What a request is: who makes it, and what it asks for.
///
/// Each part is optional; a rule says by which parts it counts, and a descriptor that lacks one of them is refused. Tokens
/// and users enter Redis only as keyed hashes. A token or user belongs to one group: presented with two groups, it has a
/// count in each.
///
/// ```swift
/// Descriptor(token: "s3cr3t", endpoint: "POST /objects", group: "acme", application: "crm")
/// ```
public struct Descriptor: Sendable, Hashable, CustomReflectable {
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

    /// The bytes of all parts, one after another: one buffer to make, to hash and to compare.
    private var bytes: [UInt8] = []
    /// How long each part is, by its place; negative if it is missing.
    private var lengths = InlineArray<5, Int32>(repeating: -1)
    /// Of all of it: who asks for the same again and again looks it up each time.
    private var hash = KnownHash { _ in }

    /// A descriptor of the given parts.
    public init(
        token: String? = nil,
        endpoint: String? = nil,
        group: String? = nil,
        application: String? = nil,
        user: String? = nil
    ) {
        let length = [token, endpoint, group, application, user].reduce(0) { $0 + ($1?.utf8.count ?? 0) }
        bytes.reserveCapacity(length)
        append(token, as: .token)
        append(endpoint, as: .endpoint)
        append(group, as: .group)
        append(application, as: .application)
        append(user, as: .user)
        hash = hashOfParts
    }

    private mutating func append(_ text: String?, as part: Part) {
        guard let text else { return }
        lengths[part.place] = Int32(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    /// The value of a part, or nil if the request has none.
    public subscript(part: Part) -> Value? {
        get { has(part) ? Value(bytes: Array(bytes[range(of: part)])) : nil }
        set {
            bytes.replaceSubrange(range(of: part), with: newValue?.bytes ?? [])
            lengths[part.place] = newValue.map { Int32($0.bytes.count) } ?? -1
            hash = hashOfParts
        }
    }

    func has(_ part: Part) -> Bool { lengths[part.place] >= 0 }

    /// Over all bytes at once, which is several times faster than part by part.
    private var hashOfParts: KnownHash {
        KnownHash { hasher in
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
            // How they are split, in one number: few that have the same bytes share it.
            hasher.combine(lengths.indices.reduce(0) { $0 &* 31 &+ Int(lengths[$1]) })
        }
    }

    /// How many bytes all parts have together.
    var byteCount: Int { bytes.count }

    private func range(of part: Part) -> Range<Int> {
        let start = (0..<part.place).reduce(0) { $0 + max(0, Int(lengths[$1])) }
        return start..<(start + max(0, Int(lengths[part.place])))
    }

    /// Whether both have the same parts, byte by byte.
    public static func == (left: Descriptor, right: Descriptor) -> Bool {
        left.hash == right.hash && left.lengths.indices.allSatisfy { left.lengths[$0] == right.lengths[$0] }
            && left.bytes == right.bytes
    }

    /// The hash that is known.
    public func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    /// The same for dictionaries, which ask for it in this way.
    public func _rawHashValue(seed: Int) -> Int { hash.underSeed(seed) }

    /// Only the size of each part: it may be a secret.
    public var customMirror: Mirror {
        let parts = Part.allCases.filter { has($0) }
        return Mirror(self, children: parts.map { ($0.rawValue, self[$0]?.description ?? "") }, displayStyle: .struct)
    }
}

extension Descriptor.Part {
    /// In which order the bytes of the parts lie.
    var place: Int {
        switch self {
        case .token: 0
        case .endpoint: 1
        case .group: 2
        case .application: 3
        case .user: 4
        }
    }
}
