internal import Foundation
internal import Yams

/// The text of a policy before anything is made of it: bounded, and then YAML or not.
struct PolicyText {
    /// The largest document, in bytes: a thousand times what a policy needs.
    static let mostBytes = 1_000_000
    /// How many values a document may have, counting what aliases stand for as often as they do.
    static let mostNodes = 10_000
    /// How deep values may lie in each other; a policy needs 5.
    static let mostLevels = 32

    private let yaml: String

    /// A document, which may begin with a byte order mark.
    init(_ yaml: String) {
        self.yaml = yaml.unicodeScalars.first == "\u{FEFF}" ? String(yaml.unicodeScalars.dropFirst()) : yaml
    }

    /// The text of a file.
    ///
    /// - Parameter path: the file.
    /// - Returns: the text, which may be one byte longer than is read.
    /// - Throws: ``PolicyError`` if it is no file, larger than a policy, or not UTF-8.
    static func contents(of path: String) throws(PolicyError) -> String {
        guard let fingerprint = FileFingerprint(path) else {
            throw PolicyError(.unreadable, [PolicyComplaint("there is no file '\(path)'; write the policy there")])
        }
        guard fingerprint.isFile else {
            throw PolicyError(.unreadable, [PolicyComplaint("'\(path)' is not a file; give the path of one")])
        }
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            bytes = try handle.read(upToCount: mostBytes + 1) ?? Data()
        } catch {
            let advice = "give this process the right to read it"
            throw PolicyError(.unreadable, [PolicyComplaint("'\(path)' cannot be read; \(advice)")])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PolicyError(.malformed, [PolicyComplaint("'\(path)' is not UTF-8; save it in that encoding")])
        }
        return text
    }

    /// The value that the document is.
    ///
    /// - Throws: ``PolicyError`` if it is too large or no YAML.
    func root() throws(PolicyError) -> Node {
        guard yaml.utf8.count <= Self.mostBytes else {
            throw PolicyError(.tooLarge, [PolicyComplaint("the document is larger than 1 MB; a policy is smaller")])
        }
        if let complaint = AliasBounds(yaml).complaint { throw PolicyError(.tooLarge, [complaint]) }
        let node: Node?
        do {
            // Without rules of its own: what a plain word means is decided where it is wanted.
            node = try Yams.compose(yaml: yaml, Resolver.basic, .default, .utf8)
        } catch {
            throw PolicyError(.malformed, [(error as? YamlError).complaint])
        }
        guard let node else {
            let advice = "begin with version: 1, and give rules"
            throw PolicyError(.invalid, [PolicyComplaint(line: 1, column: 1, message: "nothing is here; \(advice)")])
        }
        var count = 0
        guard Self.isBounded(node, level: 0, &count) else {
            let advice = "at most \(Self.mostNodes) values, \(Self.mostLevels) deep, are read, also through aliases"
            throw PolicyError(.tooLarge, [PolicyComplaint("the document has too many values; \(advice)")])
        }
        return node
    }

    /// Whether a value and all in it are not too many, looking no further than that.
    private static func isBounded(_ node: Node, level: Int, _ count: inout Int) -> Bool {
        count += 1
        guard count <= mostNodes, level <= mostLevels else { return false }
        switch node {
        case .scalar, .alias: return true
        case .sequence(let items):
            for item in items where !isBounded(item, level: level + 1, &count) { return false }
            return true
        case .mapping(let pairs):
            for (key, value) in pairs {
                guard isBounded(key, level: level + 1, &count), isBounded(value, level: level + 1, &count) else {
                    return false
                }
            }
            return true
        }
    }
}
