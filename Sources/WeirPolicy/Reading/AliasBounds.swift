/// Whether the aliases of a document are harmless, from its text alone.
///
/// What an alias stands for is kept once, but looked at as often as it is used: nine lists of nine aliases each stand for a
/// billion values. That is found out without looking at them, except where an alias is a key, which is compared while the
/// document is read. So a document with aliases may have no keys that are more than a word, and is not very deep. It may
/// take a text for an alias; a document without any is not looked at.
struct AliasBounds {
    private static let mostAliases = 64
    private static let mostBrackets = 1000
    private static let mostIndentation = 64

    private let yaml: String

    /// A document; what YAML takes for the end of a line beside the usual is one here too.
    init(_ yaml: String) {
        guard yaml.utf8.contains(UInt8(ascii: "*")) else {
            self.yaml = ""
            return
        }
        self.yaml = ["\u{85}", "\u{2028}", "\u{2029}"].reduce(yaml) { $0.replacing($1, with: "\n") }
    }

    /// What is wrong, if anything.
    var complaint: PolicyComplaint? {
        guard !yaml.isEmpty else { return nil }
        let lines = yaml.utf8.split(omittingEmptySubsequences: false, whereSeparator: Self.isLineEnd).map(Array.init)
        let aliases = lines.reduce(0) { $0 + Self.aliases(in: $1) }
        guard aliases > 0 else { return nil }
        guard aliases <= Self.mostAliases else {
            return PolicyComplaint("there are \(aliases) aliases; at most \(Self.mostAliases) are read")
        }
        let brackets = yaml.utf8.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }
        guard brackets <= Self.mostBrackets else {
            return PolicyComplaint(
                "there are \(brackets) brackets beside aliases; at most \(Self.mostBrackets) are read"
            )
        }
        for (index, line) in lines.enumerated() {
            if line.prefix(while: { " \t-?:".utf8.contains($0) }).count > Self.mostIndentation {
                let message =
                    "a document with aliases is indented by at most \(Self.mostIndentation) columns; indent this less"
                return PolicyComplaint(line: index + 1, column: 1, message: message)
            }
            if Self.hasCompoundKey(line) {
                let message = "a document with aliases has only words as keys; write this one as a word, or in quotes"
                return PolicyComplaint(line: index + 1, column: 1, message: message)
            }
        }
        return nil
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func aliases(in line: [UInt8]) -> Int {
        line.indices.dropLast().count { line[$0] == UInt8(ascii: "*") && isName(line[$0 + 1]) }
    }

    /// Whether something in the line may be a key that is a list, a mapping or an alias.
    private static func hasCompoundKey(_ line: [UInt8]) -> Bool {
        for (index, byte) in line.enumerated() {
            if byte == UInt8(ascii: "?"), index == 0 || !isName(line[index - 1]) { return true }
            var end: Int
            switch byte {
            case UInt8(ascii: "]"), UInt8(ascii: "}"): end = index + 1
            case UInt8(ascii: "*"):
                end = index + 1
                while end < line.count, isName(line[end]) { end += 1 }
            default: continue
            }
            // `PUT /sites/{site}: …` is a word: what is a list or a mapping begins what stands there.
            while end < line.count, line[end] == UInt8(ascii: " ") || line[end] == UInt8(ascii: "\t") { end += 1 }
            if end < line.count, line[end] == UInt8(ascii: ":"), byte == UInt8(ascii: "*") || !isPath(line, to: index) {
                return true
            }
        }
        return false
    }

    /// Whether the bracket that closes here belongs to a path such as `/sites/{site}`, which begins with a slash.
    private static func isPath(_ line: [UInt8], to end: Int) -> Bool {
        guard let open = line[..<end].lastIndex(of: UInt8(ascii: "{")), open > 0 else { return false }
        return line[open - 1] == UInt8(ascii: "/") && line[(open + 1)..<end].allSatisfy(isName)
    }
}
