/// Bytes that stand in an address as `%` and two hexadecimal digits.
package enum PercentEncoding {
    /// - Parameters:
    ///   - text: as it stands in the address.
    ///   - part: what it is, for the error.
    /// - Returns: what is meant.
    /// - Throws: ``InvalidAddress`` that names the part and does not quote it.
    static func decoded(_ text: Substring, as part: String) throws(InvalidAddress) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                throw InvalidAddress("the \(part) has a '%' that two hexadecimal digits do not follow")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard !bytes.contains(0) else { throw InvalidAddress("the \(part) holds a NUL byte") }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw InvalidAddress("the \(part) is not UTF-8")
        }
        return decoded
    }

    /// - Parameters:
    ///   - text: what is meant.
    ///   - kept: the ASCII characters that may stand as they are, beside letters, digits and `-._~`.
    /// - Returns: as it may stand in an address.
    package static func encoded(_ text: String, besides kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { encoded, byte in
            let character = Character(UnicodeScalar(byte))
            if character.isASCII && (character.isLetter || character.isNumber) || "-._~\(kept)".contains(character) {
                encoded.append(character)
            } else {
                encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
