import TestSupport
import Testing
import Weir

/// What is taken back or forgotten by hand is what the service sees next.
@Suite struct WindowDeedTests {
    private static let application = "weir:{g=acme}:application:a=crm"

    @Test func whatAnApplicationGivesBackItsGroupGivesBack() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        let keys = [Toolbox.group, Self.application, Toolbox.limits, Toolbox.index]
        let limiter = try toolbox.limiter(Toolbox.groupRules)
        for (units, left) in [(500, 5700), (5600, 100), (900, 0)] {
            try toolbox.run("window", keys, "refund \(units) 10000/1d -/1d by anna")
            let usage = try await limiter.usage(of: "acme")
            #expect(usage["crm"] == left)
            #expect(usage.usage.used == left + 2700, "the parts are the whole")
        }
        await limiter.shutdown()
    }

    @Test func whatIsNoWindowIsNotTakenFromAndLeavesNoEntry() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        // That is the layout of no window.
        try toolbox.server.command("SETRANGE", Toolbox.window, "0", "x")
        let before = try toolbox.everything()
        for deed in ["refund 1 5/1h by anna", "refund 0 5/1h by anna", "refund x 5/1h by anna"] {
            #expect(throws: RedisServer.Failure.self) {
                try toolbox.run("window", [Toolbox.window, Toolbox.limits], deed)
            }
        }
        #expect(throws: RedisServer.Failure.self) {
            try toolbox.run("window", [Toolbox.production[0], Toolbox.limits], "reset 5/1h by anna")
        }
        #expect(try toolbox.everything() == before && toolbox.entries().isEmpty)
        try toolbox.run("window", [Toolbox.window, Toolbox.limits], "reset 5/1h by anna")
        #expect(try toolbox.entries().first?.suffix(2) == ["unreadable", "0"], "what is broken can be forgotten")
    }

    @Test func aResetIsForOneWindowAndSaysWhatThatMeans() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        let lines = try toolbox.run("window", [Toolbox.group, Toolbox.limits], "reset 10000/1d by anna")
        #expect(toolbox.value("forgotten", in: lines) == "8,900")
        #expect(toolbox.value("note", in: lines)?.contains("applications, keep what they count") == true)
        #expect(try toolbox.server.command("EXISTS", Toolbox.group, Self.application) == "1")
        let again = try toolbox.run("window", [Toolbox.group, Toolbox.limits], "reset 10000/1d by anna")
        #expect(toolbox.value("forgotten", in: again)?.hasPrefix("nothing") == true)
        #expect(try toolbox.entries().count == 1)
    }

    /// What a part counted in slices that its group no longer has is not taken from the group, and the trail says so.
    @Test func theEntryOfARefundIsWhatReallyChanged() async throws {
        let toolbox = try Toolbox()
        try await toolbox.fill()
        let keys = [Toolbox.group, Self.application, Toolbox.limits, Toolbox.index]
        let limiter = try toolbox.limiter(Toolbox.groupRules)
        try toolbox.run("window", keys, "refund 9000 10000/1d -/1d by anna")
        let usage = try await limiter.usage(of: "acme")
        #expect(usage.usage.used == 2700, "the others keep theirs")
        #expect(
            try toolbox.entries() == [
                ["anna", "refund", ":application:a=crm", "6200", "0"], ["anna", "refund", ":group", "8900", "2700"],
            ]
        )
        let again = try toolbox.run("window", keys, "refund 9000 10000/1d -/1d by anna")
        #expect(toolbox.value("taken back", in: again) == "0")
        #expect(try toolbox.entries().count == 2, "nothing was taken back, so nothing was done")
        await limiter.shutdown()
    }

    @Test func aRefundOfNothingLeavesNoTrail() throws {
        let toolbox = try Toolbox()
        try toolbox.run("window", [Toolbox.group, Toolbox.limits], "refund 5 10000/1d by anna")
        #expect(try toolbox.server.command("DBSIZE") == "0")
    }
}
