/// What YAML takes a plain word for, one without quotes.
enum PlainScalar: Hashable {
    case text
    /// `no`, `on`, `yes` and others, beside `true` and `false`.
    case boolean
    case null
    /// Decimal digits, with underscores between them perhaps.
    case integer(Int)
    /// A number with a point.
    case fraction(Double)
    /// A number in another form: octal, hexadecimal, in sixties, or too large.
    case strangeNumber

    private static let booleans: Set<String> = ["yes", "no", "true", "false", "on", "off", "y", "n"]
    private static let nulls: Set<String> = ["", "~", "null"]

    init(_ word: String) {
        let lower = word.lowercased()
        if Self.booleans.contains(lower) {
            self = .boolean
        } else if Self.nulls.contains(lower) {
            self = .null
        } else {
            self = Self.number(word) ?? .text
        }
    }

    private static func number(_ word: String) -> PlainScalar? {
        let unsigned = word.first == "-" || word.first == "+" ? word.dropFirst() : word[...]
        guard let first = unsigned.first, unsigned.allSatisfy(\.isASCII) else { return nil }
        if [".inf", ".nan"].contains(unsigned.lowercased()) { return .strangeNumber }
        guard first.isNumber || first == ".", unsigned.contains(where: \.isNumber) else { return nil }
        let prefix = unsigned.prefix(2).lowercased()
        if ["0x", "0o", "0b"].contains(prefix), unsigned.dropFirst(2).allSatisfy({ $0.isHexDigit || $0 == "_" }) {
            return .strangeNumber
        }
        if unsigned.allSatisfy({ $0.isNumber || $0 == "_" }) {
            if first == "0", unsigned.count > 1 { return .strangeNumber }
            return Int(word.filter { $0 != "_" }).map { .integer($0) } ?? .strangeNumber
        }
        if unsigned.allSatisfy({ $0.isNumber || $0 == ":" }) { return .strangeNumber }
        guard unsigned.allSatisfy({ $0.isNumber || ".eE+-".contains($0) }), let number = Double(word) else {
            return nil
        }
        return .fraction(number)
    }
}

extension String {
    /// The text in quotes for a message: on one line, and its beginning alone if it is long.
    var quotedBriefly: String {
        let characters = unicodeScalars.prefix(41)
        let shown = characters.prefix(40).map { $0.properties.generalCategory == .control ? " " : String($0) }.joined()
        return "'\(shown)\(characters.count > 40 ? "…" : "")'"
    }
}
