import Foundation
import TestSupport
import Testing

/// What a contributor is told to type and to open is there.
@Suite struct ContributingTests {
    private func lines() throws -> [String] {
        try Repository.blocks("sh", in: "CONTRIBUTING.md").flatMap { $0.split(separator: "\n").map(String.init) }
    }

    private func exists(_ path: Substring) -> Bool {
        FileManager.default.fileExists(atPath: Repository.root.appending(path: String(path)).path)
    }

    @Test func everyPathThatIsNamedIsThere() throws {
        let page = try Repository.text("CONTRIBUTING.md")
        let paths = page.matches(of: /`((?:lua|deploy|Sources|Tests|\.ci)(?:\/[\w.+\/-]+)?)`/).map(\.output.1)
        #expect(paths.count >= 20)
        for path in paths { #expect(exists(path), "\(path)") }
        for link in page.matches(of: /\]\(([^)#:]+)\)/).map(\.output.1) { #expect(exists(link), "\(link)") }
    }

    @Test func everyScriptExplainsItself() throws {
        let scripts = try lines().compactMap { $0.firstMatch(of: /^Tests\/[\w.\/-]+/)?.output }
        #expect(Set(scripts).count >= 5)
        for script in Set(scripts) {
            let help = try Tool.run("bash", [String(script), "--help"], in: Repository.root)
            #expect(help.hasPrefix("usage: \(script)"))
        }
    }

    @Test func everyTargetProductAndTestThatIsNamedExists() throws {
        let manifest = try Repository.text("Package.swift")
        let tests = FileManager.default.enumerator(atPath: Repository.root.appending(path: "Tests").path)
        let files = try #require(tests).compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
        for line in try lines() {
            if let target = line.firstMatch(of: /--target (\S+)/)?.output.1 {
                #expect(manifest.contains("name: \"\(target)\""))
            }
            if let product = line.firstMatch(of: /swift run -c release (\S+)/)?.output.1 {
                #expect(manifest.contains(".executable(name: \"\(product)\""))
            }
            guard let filter = line.firstMatch(of: /--filter (\S+)/)?.output.1 else { continue }
            if let dot = filter.firstIndex(of: ".") {
                let suite = "\(filter[filter.index(after: dot)...]).swift"
                #expect(files.contains { $0.hasPrefix("\(filter[..<dot])/") && $0.hasSuffix("/\(suite)") }, "\(filter)")
            } else {
                let isThere = try files.contains { try Repository.text("Tests/\($0)").contains("func \(filter)(") }
                #expect(isThere, "\(filter)")
            }
        }
    }

    @Test func everySuiteThatIsNamedExists() throws {
        let tests = FileManager.default.enumerator(atPath: Repository.root.appending(path: "Tests").path)
        let names = Set(try #require(tests).compactMap { ($0 as? String)?.split(separator: "/").last.map(String.init) })
        let suites = try Repository.text("CONTRIBUTING.md").matches(of: /`(\w+Tests)`/).map(\.output.1)
        #expect(suites.count >= 4)
        for suite in suites { #expect(names.contains("\(suite).swift"), "\(suite)") }
    }
}
