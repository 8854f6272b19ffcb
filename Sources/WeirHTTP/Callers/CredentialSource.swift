public import HTTPTypes

/// Where in a request the credential of its caller is.
///
/// ```swift
/// guard let token = CredentialSource.bearerToken.credential(in: request.headerFields) else {
///     throw Unauthorized()
/// }
/// ```
///
/// What is found is what the caller claims: it is counted by, and not verified here.
public struct CredentialSource: Sendable, Hashable {
    private enum Kind: Hashable {
        case bearerToken
        case field(HTTPField.Name)
    }

    private let kind: Kind

    /// `Authorization: Bearer s3cr3t`.
    ///
    /// Source: RFC 6750, section 2.1.
    public static let bearerToken = CredentialSource(kind: .bearerToken)

    /// A field that holds the key and nothing else, such as `X-API-Key: s3cr3t`.
    public static func apiKey(_ name: HTTPField.Name = .xAPIKey) -> CredentialSource {
        CredentialSource(kind: .field(name))
    }

    /// What `WWW-Authenticate` says to who lacks the credential: `Bearer`, or `ApiKey`.
    public var challenge: String {
        switch kind {
        case .bearerToken: "Bearer"
        case .field: "ApiKey"
        }
    }

    /// The credential, or nil if there is none, or not exactly one.
    ///
    /// The word `Bearer` may be written in any case, with one or more spaces after it. A field that comes twice, an empty
    /// one, a second word, and in a bearer token any character that it cannot have, are no credential.
    public func credential(in fields: HTTPFields) -> String? {
        switch kind {
        case .bearerToken: bearerToken(in: fields)
        case .field(let name):
            onlyValue(of: name, in: fields).flatMap { key in
                // Visible characters, without a space.
                !key.isEmpty && key.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } ? key : nil
            }
        }
    }

    private func bearerToken(in fields: HTTPFields) -> String? {
        guard let value = onlyValue(of: .authorization, in: fields), let space = value.firstIndex(of: " "),
            value[..<space].lowercased() == "bearer"
        else { return nil }
        let token = value[space...].drop { $0 == " " }
        return Self.isToken68(token.utf8) ? String(token) : nil
    }

    private func onlyValue(of name: HTTPField.Name, in fields: HTTPFields) -> String? {
        let values = fields[values: name]
        return values.count == 1 ? values[0] : nil
    }

    /// Letters, digits and `-._~+/`, at least one of them, then perhaps `=` signs.
    private static func isToken68(_ token: Substring.UTF8View) -> Bool {
        let body = token.prefix { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~+/".utf8.contains(byte)
            }
        }
        return !body.isEmpty && token.dropFirst(body.count).allSatisfy { $0 == UInt8(ascii: "=") }
    }
}
