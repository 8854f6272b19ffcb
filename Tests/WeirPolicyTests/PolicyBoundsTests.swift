import Testing
import Weir

@testable import WeirPolicy

/// Documents that are made to be too much.
@Suite struct PolicyBoundsTests {
    private static let rules = "rules: [{name: a, per: token, limit: 5/minute}]\n"

    private static func code(_ yaml: String) -> PolicyError.Code? {
        do throws(PolicyError) {
            _ = try Policy(yaml: yaml)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func moreThanAMegabyteIsNotRead() {
        let comment = "#" + String(repeating: "x", count: 1_000_000) + "\n"
        #expect(Self.code(comment + "version: 1\n" + Self.rules) == .tooLarge)
    }

    @Test func aliasesStandForValuesAsUsual() throws {
        let yaml = """
            version: 1
            rules:
              - {name: a, per: &both [token, endpoint], limits: {GET /a: &fast 5/s, "PUT /b/{c}": *fast}}
              - {name: b, per: *both, limits: {GET /a: 7/day}, otherwise: *fast}
            """
        let policy = try Policy(yaml: yaml)
        #expect(policy.rules.map(\.scope) == [[.token, .endpoint], [.token, .endpoint]])
    }

    /// A thousand million values in a few lines.
    private static var laughs: String {
        var yaml = "version: 1\na0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1..<10 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 6).joined(separator: ", ")
            yaml += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return yaml
    }

    @Test func aliasesOfAliasesAreNotCountedOut() {
        #expect(Self.code(Self.laughs) == .tooLarge)
        #expect(Self.code(Self.laughs + Self.rules) == .tooLarge)
    }

    @Test(arguments: ["*a9 : x\n", "*a9: x\n", "? *a9\n: x\n", "b: {[*a9]: x}\n", "b: {? *a9 : x}\n", "b: [*a9 : x]\n"])
    func aliasesAsKeysAreNotCompared(_ key: String) {
        #expect(Self.code(Self.laughs.replacing("lol]", with: "lol ]") + key) == .tooLarge)
    }

    @Test func deepListsAreNotFollowed() {
        for depth in [40, 900, 5000, 100_000] {
            let open = String(repeating: "[", count: depth)
            let close = String(repeating: "]", count: depth)
            #expect([.tooLarge, .malformed].contains(Self.code("version: 1\ntitle: \(open)\(close)\n")))
            #expect([.tooLarge, .malformed].contains(Self.code("version: 1\ntitle: \(open)\n")))
            let dashes = String(repeating: "- ", count: depth)
            #expect([.tooLarge, .malformed].contains(Self.code("version: 1\ntitle:\n\(dashes)a\n")))
            let questions = String(repeating: "? ", count: depth)
            #expect([.tooLarge, .malformed].contains(Self.code("version: 1\ntitle:\n \(questions)a\n")))
        }
    }

    @Test func deepListsInAliasesAreNotFollowed() {
        var yaml = "a0: &a0 [x]\n"
        for level in 1..<300 {
            let (open, close) = (String(repeating: "[", count: 900), String(repeating: "]", count: 900))
            yaml += "a\(level): &a\(level) \(open)*a\(level - 1)\(close)\n"
        }
        #expect(Self.code(yaml) == .tooLarge)
    }

    @Test(arguments: ["\n", "\r", "\u{85}", "\u{2028}"])
    func aLineBesideAliasesIsNotIndentedVeryFar(_ lineEnd: String) {
        let far = String(repeating: "- ", count: 40) + "a\n"
        #expect(Self.code("a: &a x\nb: *a\nc:" + lineEnd + far) == .tooLarge)
    }

    @Test func veryManyValuesAreNotRead() {
        let items = Array(repeating: "a", count: 20_000).joined(separator: ", ")
        #expect(Self.code("version: 1\ntitle: [\(items)]\n" + Self.rules) == .tooLarge)
    }
}
