import TestSupport
import Testing

/// Each line of the operator's manual does what it says, and prints what stands below it.
@Suite struct ManualTests {
    @Test func everyLinePrintsWhatStandsBelowIt() async throws {
        let toolbox = try Toolbox()
        let other = try Toolbox()
        try await toolbox.fill()
        let examples = try Manual.examples()
        #expect(examples.count > 15)
        for example in examples where !example.isForCluster {
            let output = try example.lines.flatMap { try Manual.run($0, at: toolbox.place, other: other.place) }
            let lines = output.filter { !$0.isEmpty }.joined(separator: "\n")
            #expect(Manual.masked(lines) == Manual.masked(example.output), "\(example.lines)")
        }
        #expect(try toolbox.server.command("--scan", "--pattern", "weir:{g=acme}*") == "", "the group has moved")
        #expect(try other.server.command("HGET", "weir:{g=acme}/production", "a=crm").hasPrefix("2"))
    }

    @Test func theManualIsShort() throws {
        #expect(
            try Repository.text("lua/README.md").split(separator: "\n", omittingEmptySubsequences: false).count <= 320
        )
    }
}
