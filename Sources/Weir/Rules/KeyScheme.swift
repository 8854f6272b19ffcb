internal import Crypto

/// How the parts of a descriptor become the key of a window: `weir:{g=acme}:endpoint:t=x2ew9-3R…:e=POST%20/objects`.
///
/// Between the braces stands the part that all windows of a decision share, so that they live in one cluster slot; then
/// the rule, then the other parts that the rule counts by, each with its letter. No byte of a caller's choice appears as
/// it is: names are percent-encoded, names that would grow longer than 64 characters are hashed, and tokens and users are
/// always hashed. So no two tuples of parts share a key, and none can choose its slot.
package struct KeyScheme: Sendable {
    package static let prefixLengths = 1...16
    private static let longestName = 64
    /// More bytes than the key of a window usually has.
    private static let usualKeyLength = 96
    /// In which order parts stand in keys.
    private static let order = Descriptor.Part.allCases

    private let prefix: [UInt8]
    /// The hash before anything has been hashed: what the secret does to it is the same each time.
    private let code: HMAC<SHA256>

    /// A scheme whose hashes nobody can compute without `secret`: neither find a token's window, nor a token by trying.
    package init(prefix: String, secret: [UInt8]) {
        self.prefix = Array(prefix.utf8)
        code = HMAC(key: SymmetricKey(data: secret))
    }

    /// The key of a rule's window for a descriptor that has every part named.
    ///
    /// `shared` is the part between the braces; it need not be one that the rule counts by.
    package func key(
        rule: String,
        scope: [Descriptor.Part],
        shared: Descriptor.Part,
        descriptor: Descriptor
    ) -> [UInt8] {
        key(rule: rule, scope: scope, shared: shared) { name(of: $0, in: descriptor) }
    }

    /// The same where somebody knows how parts stand in keys.
    func key(
        rule: String,
        scope: [Descriptor.Part],
        shared: Descriptor.Part,
        name: (Descriptor.Part) -> [UInt8]
    ) -> [UInt8] {
        var key = ownerPrefix(name(shared), capacity: Self.usualKeyLength)
        key.append(UInt8(ascii: ":"))
        key += rule.utf8
        for part in Self.order where part != shared && scope.contains(part) {
            key.append(UInt8(ascii: ":"))
            key += name(part)
        }
        return key
    }

    /// The key of what an owner keeps for good: `weir:{g=acme}/limits`.
    ///
    /// A slash after the brace marks what never expires; windows have a colon there.
    package func permanentKey(_ name: String, owner: [UInt8]) -> [UInt8] {
        let marks = ":{}/".utf8.count
        var key = ownerPrefix(owner, capacity: prefix.count + owner.count + name.utf8.count + marks)
        key.append(UInt8(ascii: "/"))
        key += name.utf8
        return key
    }

    /// What all keys of an owner begin with, with room for the rest: `weir:{g=acme}`.
    private func ownerPrefix(_ owner: [UInt8], capacity: Int) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(capacity)
        key += prefix
        key.append(UInt8(ascii: ":"))
        key.append(UInt8(ascii: "{"))
        key += owner
        key.append(UInt8(ascii: "}"))
        return key
    }

    /// The key under which it is remembered, beside a quota, that an operation was done.
    package func operationKey(_ quota: [UInt8], operation: String) -> [UInt8] {
        var key = quota
        key.append(UInt8(ascii: ":"))
        append(hashOf: Array(operation.utf8), letter: UInt8(ascii: "o"), to: &key)
        return key
    }

    /// A part of a descriptor as it stands in keys; that of no bytes if it lacks it.
    func name(of part: Descriptor.Part, in descriptor: Descriptor) -> [UInt8] {
        name(of: part, descriptor[part] ?? "")
    }

    /// A part as it stands in keys: `a=crm`.
    package func name(of part: Descriptor.Part, _ value: Descriptor.Value) -> [UInt8] {
        var name: [UInt8] = []
        name.reserveCapacity(2 + (part.isSecret ? Self.hashLength : min(value.bytes.count, Self.longestName)))
        name.append(part.letter)
        name.append(UInt8(ascii: "="))
        if !part.isSecret {
            if Self.append(encoded: value.bytes, to: &name) { return name }
            // Encoding never yields a tilde, so a hash is never taken for a name.
            name.append(UInt8(ascii: "~"))
        }
        append(hashOf: value.bytes, letter: part.letter, to: &name)
        return name
    }

    /// The same without its letter: `crm`.
    package func encodedName(of part: Descriptor.Part, _ value: Descriptor.Value) -> [UInt8] {
        Array(name(of: part, value).dropFirst("a=".utf8.count))
    }

    /// The value as people write it, from how it stands in keys; a hash stays a hash.
    package static func decodedName(_ name: some Sequence<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = Array(name)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A part as clients may see it: 64 bits of a hash, which is in no key; nil if the descriptor lacks it.
    package func partitionKey(of part: Descriptor.Part, in descriptor: Descriptor) -> [UInt8]? {
        guard let value = descriptor[part] else { return nil }
        var code = code
        // No part and no operation has the letter p.
        code.update(data: [UInt8(ascii: "p"), part.letter] + value.bytes)
        return Array(code.finalize().prefix(8))
    }

    /// Appends an HMAC-SHA-256 that is cut to 128 bits, in 22 characters of base64url.
    ///
    /// The letter keeps equal bytes of two parts apart.
    private func append(hashOf bytes: [UInt8], letter: UInt8, to text: inout [UInt8]) {
        var code = code
        var message: [UInt8] = []
        message.reserveCapacity(bytes.count + 1)
        message.append(letter)
        message += bytes
        code.update(data: message)
        code.finalize().withUnsafeBytes { Self.append(base64url: $0.prefix(16), to: &text) }
    }

    /// How many characters a hash has.
    private static let hashLength = 22
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func append(base64url bytes: Slice<UnsafeRawBufferPointer>, to text: inout [UInt8]) {
        var bits = 0
        var pending = 0
        for byte in bytes {
            bits = bits << 8 | Int(byte)
            pending += 8
            while pending >= 6 {
                pending -= 6
                text.append(alphabet[bits >> pending & 63])
            }
            bits &= 1 << pending - 1
        }
        if pending > 0 { text.append(alphabet[bits << (6 - pending) & 63]) }
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Appends the name with every byte outside `A-Z a-z 0-9 - _ . /` as `%XX`; or nothing, and false, if that is longer
    /// than 64 characters.
    private static func append(encoded bytes: [UInt8], to text: inout [UInt8]) -> Bool {
        guard bytes.count <= longestName else { return false }
        let start = text.count
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "/"):
                text.append(byte)
            default:
                text.append(UInt8(ascii: "%"))
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
        guard text.count - start <= longestName else {
            text.removeSubrange(start...)
            return false
        }
        return true
    }
}

extension Descriptor.Part {
    fileprivate var letter: UInt8 {
        switch self {
        case .token: UInt8(ascii: "t")
        case .endpoint: UInt8(ascii: "e")
        case .group: UInt8(ascii: "g")
        case .application: UInt8(ascii: "a")
        case .user: UInt8(ascii: "u")
        }
    }

    /// Tokens are secrets and users may be e-mail addresses; the other parts are names that operators choose.
    fileprivate var isSecret: Bool { self == .token || self == .user }
}
