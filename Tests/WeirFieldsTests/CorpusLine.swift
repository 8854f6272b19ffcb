import Foundation
import HTTPTypes

/// A line of the corpus: fields, and what must be read of them.
struct CorpusLine {
    /// Fri, 15 Jan 2027 08:00:00 GMT.
    static let received = Duration.seconds(1_800_000_000)

    let text: String
    let fields: HTTPFields
    let expected: String

    /// All lines of a file.
    static func lines(of file: String) throws -> [CorpusLine] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "corpus")
        let text = try String(contentsOf: folder.appending(path: "\(file).txt"), encoding: .utf8)
        return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { try CorpusLine(String($0)) }
    }

    init(_ text: String) throws {
        self.text = text
        let halves = text.components(separatedBy: "=> ")
        guard halves.count == 2 else { throw Malformed(line: text) }
        expected = halves[1]
        var fields = HTTPFields()
        for field in halves[0].components(separatedBy: " && ") {
            guard let colon = field.firstIndex(of: ":"), let name = HTTPField.Name(String(field[..<colon])) else {
                throw Malformed(line: text)
            }
            let value = try Self.bytes(of: field[colon...].dropFirst(), in: text)
            fields.append(HTTPField(name: name, lenientValue: value))
        }
        self.fields = fields
    }

    /// The bytes of a text in which `\xNN` is one byte.
    private static func bytes(of value: Substring, in line: String) throws -> [UInt8] {
        let parts = String(value).components(separatedBy: "\\x")
        return try parts.dropFirst().reduce(into: Array(parts[0].utf8)) { bytes, part in
            guard let byte = UInt8(part.prefix(2), radix: 16) else { throw Malformed(line: line) }
            bytes.append(byte)
            bytes += part.utf8.dropFirst(2)
        }
    }

    struct Malformed: Error {
        let line: String
    }
}
