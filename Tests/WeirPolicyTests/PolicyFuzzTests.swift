import SeededRandom
import TestSupport
import Testing

@testable import WeirPolicy

/// Whatever stands in a file: it is a policy that a limiter can be made from, or it has complaints.
@Suite struct PolicyFuzzTests {
    private static let examples = ["content-api", "developer-portal"]

    /// Reads a document, and prints it if it is another policy than the last one.
    ///
    /// - Returns: the policy, or the last one if it is none.
    private static func check(_ bytes: some Collection<UInt8>, after last: Policy?) -> Policy? {
        let yaml = String(decoding: bytes, as: UTF8.self)
        do throws(PolicyError) {
            let policy = try Policy(yaml: yaml)
            #expect(!policy.rules.isEmpty, "\(yaml.debugDescription)")
            if policy != last { #expect(policy.markdown.hasSuffix("\n") && policy.openAPI.hasSuffix("}\n")) }
            return policy
        } catch {
            #expect(!error.complaints.isEmpty, "\(yaml.debugDescription)")
            #expect(error.complaints.allSatisfy { $0.line >= 0 && $0.column >= 0 }, "\(yaml.debugDescription)")
            return last
        }
    }

    @Test(arguments: examples)
    func everyBeginningOfAnExampleIsAPolicyOrHasComplaints(_ name: String) async throws {
        let bytes = Array(try Repository.text("deploy/policies/\(name).yaml").utf8)
        var last: Policy?
        for length in bytes.indices {
            last = Self.check(bytes[..<length], after: last)
            // Others wait for files meanwhile.
            await Task.yield()
        }
    }

    @Test(arguments: examples)
    func everyDamagedExampleIsAPolicyOrHasComplaints(_ name: String) async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let bytes = Array(try Repository.text("deploy/policies/\(name).yaml").utf8)
        let pieces = [
            "*a", "&a ", "- ", "? ", ": ", "[", "]", "{", "}", "!!int ", "|\n", "\"", "'", "\t", "\n", "0x1", "no", "~",
        ]
        var last: Policy?
        for _ in 0..<1000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: damaged.indices, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: damaged[place] = UInt8.random(in: .min ... .max, using: &generator)
                case 1: damaged.remove(at: place)
                case 2: damaged.insert(contentsOf: (pieces.randomElement(using: &generator) ?? "").utf8, at: place)
                case 3: damaged.removeSubrange(place..<min(damaged.count, place + 30))
                default:
                    let end = min(damaged.count, place + Int.random(in: 1...60, using: &generator))
                    damaged.insert(
                        contentsOf: damaged[place..<end],
                        at: Int.random(in: damaged.indices, using: &generator)
                    )
                }
            }
            last = Self.check(damaged, after: last)
            await Task.yield()
        }
    }
}
