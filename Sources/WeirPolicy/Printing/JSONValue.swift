/// A value of JSON whose keys stand in the order in which they were given.
indirect enum JSONValue {
    case object([(String, JSONValue)])
    case array([JSONValue])
    case string(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)

    /// The value as text, indented by two spaces a level.
    var text: String {
        var text = ""
        write(to: &text, indent: "")
        return text
    }

    private func write(to text: inout String, indent: String) {
        switch self {
        case .object(let members) where members.isEmpty: text += "{}"
        case .array(let items) where items.isEmpty: text += "[]"
        case .object(let members):
            text += "{\n"
            for (index, member) in members.enumerated() {
                text += "\(indent)  \(Self.quoted(member.0)): "
                member.1.write(to: &text, indent: indent + "  ")
                text += index == members.count - 1 ? "\n" : ",\n"
            }
            text += indent + "}"
        case .array(let items):
            text += "[\n"
            for (index, item) in items.enumerated() {
                text += indent + "  "
                item.write(to: &text, indent: indent + "  ")
                text += index == items.count - 1 ? "\n" : ",\n"
            }
            text += indent + "]"
        case .string(let string): text += Self.quoted(string)
        case .integer(let number): text += String(number)
        case .number(let number): text += Int(exactly: number).map { String($0) } ?? String(number)
        case .boolean(let value): text += String(value)
        }
    }

    private static func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
