import TestSupport
import Testing

/// The user of `deploy/weir.acl` for operators may do what the toolbox does, and nothing else.
@Suite struct OperatorRightsTests {
    private static let toolbox = [
        "audit", "creations", "export", "grant", "group", "import", "key", "nearest", "override", "sites", "why",
        "window",
    ]

    @Test func theOperatorHasTheRightsThatTheToolboxTakes() throws {
        let users = try Repository.text("deploy/weir.acl").split(separator: "\n")
        let line = try #require(users.first { $0.hasPrefix("user weir-operator ") })
        let rights = Set(line.split(separator: " ").filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) })
        // Of redis-cli itself: scripts, the option -n, and clusters.
        var taken: Set = ["eval", "select", "asking"]
        for script in Self.toolbox {
            let text = try Repository.text("lua/\(script).lua")
            for match in text.matches(of: /(?:call|read)\('([A-Z]+)'/) { taken.insert(match.1.lowercased()) }
        }
        #expect(rights == taken)
        #expect(line.contains(" -@all ~weir:* ") && line.contains(" resetchannels "))
    }

    @Test func theOperatorCannotEmptyTheServer() throws {
        let toolbox = try Toolbox()
        for command in [["FLUSHALL"], ["KEYS", "*"], ["CONFIG", "GET", "*"], ["GET", "other"]] {
            let words = ["-e"] + toolbox.place.split(separator: " ").map(String.init).dropFirst(2) + command
            #expect(throws: RedisServer.Failure.self) { try toolbox.server.cli(words) }
        }
    }
}
