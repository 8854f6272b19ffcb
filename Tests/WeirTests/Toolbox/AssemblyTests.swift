import Foundation
import TestSupport
import Testing

/// What scripts have in common stands once; the copies in them are what they are copied from.
@Suite struct AssemblyTests {
    private func check(_ directory: URL) throws -> String {
        try Tool.run("bash", ["-c", "'\(directory.path)/assemble' --check 2>&1 || true"])
    }

    private func copy() throws -> URL {
        let place = FileManager.default.temporaryDirectory.appending(path: "weir-lua-\(UUID().uuidString.prefix(8))")
        try FileManager.default.copyItem(at: Repository.root.appending(path: "lua"), to: place)
        return place
    }

    @Test func everyCopyIsWhatItIsCopiedFrom() throws {
        let complaints = try check(Repository.root.appending(path: "lua"))
        #expect(complaints == "")
    }

    /// A line of a part, and one of a script that others contain.
    @Test(arguments: [
        ("create.lua", "ends and ends * 1000000", ["create"]), ("parts/calendar.lua", "- 719468", ["create", "why"]),
        ("acquire.lua", "local left = rule.limit", ["group", "nearest", "why", "window"]),
    ])
    func aChangeOnOneSideIsFoundAndMended(file: String, line: String, scripts: [String]) throws {
        let place = try copy()
        defer { try? FileManager.default.removeItem(at: place) }
        let text = try String(contentsOf: place.appending(path: file), encoding: .utf8)
        let changed = text.replacing(line, with: "CHANGED \(line)")
        #expect(changed != text)
        try changed.write(to: place.appending(path: file), atomically: true, encoding: .utf8)
        let complaints = try check(place)
        for script in scripts { #expect(complaints.contains("lua/\(script).lua"), "\(complaints)") }
        _ = try Tool.run("\(place.path)/assemble", [])
        #expect(try check(place) == "")
        // What stands in a part is right, whatever a copy says.
        let mended = try String(contentsOf: place.appending(path: "\(scripts[0]).lua"), encoding: .utf8)
        #expect(mended.contains("CHANGED") == (file != "create.lua"))
    }

    /// Anything else would be embedded by nobody and run by nobody, or warned about at each build.
    @Test func everyScriptIsTheLibrarysOrTheOperators() throws {
        let manifest = try Repository.text("Package.swift")
        let folder = Repository.root.appending(path: "lua")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix(".lua") {
            #expect(manifest.contains("\"\(file.dropLast(4))\""), "\(file)")
        }
    }
}
