import TestSupport
import Testing
import Weir

/// What cannot be done is said in words, before anything is done.
@Suite struct RefusalTests {
    private struct Wrong: CustomTestStringConvertible, Sendable {
        let script: String
        let keys: [String]
        let arguments: String
        let says: String
        var testDescription: String { "\(script) \(keys) \(arguments)" }
    }

    private static let (site, other) = ("add a.example crm 6 by anna", "weir:{g=bolt}/limits")
    private static let tooLong = String(repeating: "9", count: 21)

    private static let wrongs = [
        Wrong(script: "sites", keys: [Toolbox.sites[0], other], arguments: site, says: "is not of weir:{g=acme}"),
        Wrong(
            script: "creations",
            keys: [Toolbox.objects[0], other],
            arguments: "show 5 1",
            says: "is not of weir:{u="
        ),
        Wrong(
            script: "window",
            keys: [Toolbox.group, other],
            arguments: "refund 1 10000/1d by anna",
            says: "is not of weir:{g=acme}"
        ),
        Wrong(script: "why", keys: [Toolbox.group, other], arguments: "10000/1d", says: "is not of weir:{g=acme}"),
        Wrong(
            script: "group",
            keys: [Toolbox.group, other, Toolbox.index],
            arguments: "10000/1d",
            says: "is not of weir:{g=acme}"
        ),
        Wrong(script: "why", keys: Toolbox.sites, arguments: "5/1d", says: "is no window"),
        Wrong(script: "audit", keys: [Toolbox.trail], arguments: "0", says: "at least 1"),
        Wrong(script: "audit", keys: [Toolbox.trail], arguments: "5 \(tooLong)-0", says: "the cursor is"),
        Wrong(script: "nearest", keys: [], arguments: "\(tooLong) 9 group=5/1m", says: "the cursor is"),
        Wrong(script: "export", keys: ["weir:{g=acme}"], arguments: tooLong, says: "the cursor is"),
        Wrong(script: "override", keys: [Toolbox.limits], arguments: "list \(tooLong)", says: "the cursor is"),
        Wrong(script: "sites", keys: Toolbox.sites, arguments: "list 6 \(tooLong)", says: "the cursor is"),
        Wrong(script: "nearest", keys: [], arguments: "0 100 group=5/1m/0", says: "a rule has a limit up to 2^31"),
        Wrong(
            script: "window",
            keys: [Toolbox.group, Toolbox.limits],
            arguments: "peek 2147483649/1d",
            says: "a rule has a limit up to 2^31"
        ),
        Wrong(
            script: "override",
            keys: [Toolbox.limits],
            arguments: "set :group 5 9999-12-31 by anna",
            says: "an end is 2255-06-05 at the latest"
        ),
        Wrong(
            script: "override",
            keys: [Toolbox.limits],
            arguments: "block :group 99999999d by anna",
            says: "an end is 2255-06-05 at the latest"
        ),
    ]

    @Test func whatIsWrongIsSaidAndNothingIsDone() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        let before = try toolbox.everything()
        for wrong in Self.wrongs {
            let error = #expect(throws: RedisServer.Failure.self, "\(wrong)") {
                try toolbox.run(wrong.script, wrong.keys, wrong.arguments)
            }
            #expect(error?.description.contains(wrong.says) == true, "\(wrong): \(error?.description ?? "")")
        }
        #expect(try toolbox.everything() == before && toolbox.entries().isEmpty)
    }

    @Test func theLatestEndIsTaken() throws {
        let toolbox = try Toolbox()
        try toolbox.run("override", [Toolbox.limits], "set :group 5 2255-06-05 by anna")
        let lines = try toolbox.run("override", [Toolbox.limits], "list")
        #expect(lines.last?.hasSuffix("at 2255-06-05 00:00:00 UTC") == true)
    }

    @Test func anotherTypeUnderAKeyIsAFault() throws {
        let toolbox = try Toolbox()
        try toolbox.server.command("HSET", Toolbox.group, "a", "b")
        try toolbox.server.command("SET", Toolbox.limits, "theirs")
        try toolbox.server.command("ZADD", Toolbox.index, "1", "a=crm")
        for (key, expected) in [(Toolbox.group, "a string"), (Toolbox.limits, "a hash")] {
            let fault = toolbox.value("fault", in: try toolbox.run("key", [key], ""))
            #expect(fault?.hasPrefix("\(expected) should stand here") == true)
        }
        #expect(toolbox.value("fault", in: try toolbox.run("key", [Toolbox.index], "")) == nil)
    }

    /// A site that no service could register, under limits that no service could read.
    @Test func anySiteThatIsThereCanBeRemoved() throws {
        let toolbox = try Toolbox()
        try toolbox.server.command("HSET", Toolbox.sites[0], "ä.example", "what is this", "b.example", "1 crm")
        try toolbox.server.command("HSET", Toolbox.limits, "/sites", "six")
        let lines = try toolbox.run("sites", Toolbox.sites, "remove ä.example by anna")
        #expect(lines.contains("sites         1"))
        #expect(try toolbox.server.command("HKEYS", Toolbox.sites[0]) == "b.example")
        #expect(try toolbox.entries().count == 1)
        try toolbox.run("sites", Toolbox.sites, "remove ä.example by anna")
        #expect(try toolbox.entries().count == 1, "what was not there was not removed")
    }
}
