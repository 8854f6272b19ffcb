import Foundation
import TestSupport
import Testing
import Weir

/// A group that is copied to another server is there what it was here, and nothing there is lost by it.
@Suite struct MoveTests {
    /// Copies what an owner has, in steps over so many keys; returns what the other side prints.
    @discardableResult
    private func copy(
        from source: Toolbox,
        to target: Toolbox,
        owner: String = "weir:{g=acme}",
        trail: String = Toolbox.trail,
        options: String = "",
        count: Int = 3
    ) throws -> String {
        let line = """
            cursor=0
            while [ -n "$cursor" ] && [ "$cursor" != done ]; do
              cursor=$(redis-cli -e \(source.place) --eval lua/export.lua '\(owner)' , "$cursor" \(count) \
            | redis-cli -e \(target.place) -x EVAL "$(cat lua/import.lua)" 1 '\(trail)' \(options) by anna 2>&1 \
            | tee -a '\(target.server.directory.path)/steps' | awk '$1 == "cursor" { print $2 }')
            done
            cat '\(target.server.directory.path)/steps'; rm '\(target.server.directory.path)/steps'
            """
        return try Tool.run("bash", ["-c", line], in: Repository.root)
    }

    private func expiries(_ toolbox: Toolbox) throws -> [String: Int] {
        let keys = try toolbox.server.command("--scan", "--pattern", "weir:{g=acme}*").split(separator: "\n")
        return try Dictionary(
            uniqueKeysWithValues: keys.map { key in
                let life = Int(try toolbox.server.command("PTTL", String(key))) ?? 0
                return (String(key), life < 0 ? -1 : life / 60_000)
            }
        )
    }

    @Test func everyKeyArrivesWithItsValueAndItsEnd() async throws {
        let (source, target) = try (Toolbox(), Toolbox())
        try await source.fill()
        try source.run("override", [Toolbox.limits], "set :group 9000 by bob")
        try source.run("grant", Toolbox.production, "raise a=crm 1 20000 - by bob")
        for number in 1...50 { try source.server.command("SET", "weir:{g=other}:x\(number)", "theirs") }
        let entries = try source.entries()
        try copy(from: source, to: target)
        let values = try source.everything().filter { $0.key.hasPrefix("weir:{g=acme}") }
        #expect(values.count > 6)
        #expect(try target.everything() == values)
        let (here, there) = try (expiries(source), expiries(target))
        #expect(here.keys == there.keys)
        for (key, minutes) in here { #expect(abs(minutes - (there[key] ?? 0)) <= 1, "\(key)") }
        let trail = try target.entries()
        #expect(Array(trail.suffix(entries.count)) == entries, "what was done there before is on record here")
        #expect(trail.count > entries.count && trail.dropLast(entries.count).allSatisfy { $0[1] == "import" })

        let limiter = try target.limiter(Toolbox.groupRules)
        #expect(try await limiter.usage(of: "acme").usage.used == 8900)
        await limiter.shutdown()
    }

    @Test func whatIsThereIsLeftAloneUnlessToldOtherwise() async throws {
        let (source, target) = try (Toolbox(), Toolbox())
        try await source.fill()
        try target.run("override", [Toolbox.limits], "set :group 7 by bob")
        try source.run("override", [Toolbox.limits], "set :group 9000 by bob")
        try source.run("override", [Toolbox.limits], "set :group 9001 by bob")
        let said = try copy(from: source, to: target, count: 1000)
        #expect(said.contains("left alone    1"), "the limits: \(said)")
        #expect(try target.server.command("HGET", Toolbox.limits, ":group") == "7")
        #expect(try target.entries().last == ["bob", "override", ":group", "-", "7"])
        try copy(from: source, to: target, options: "replace")
        #expect(try target.server.command("HGET", Toolbox.limits, ":group") == "9001")
        let again = try copy(from: source, to: target, count: 1000)
        #expect(again.contains("stored        0"))
    }

    /// Also where one is older and the other newer, whichever way, and however often.
    @Test func theTrailsOfBothBecomeOne() throws {
        let (source, target) = try (Toolbox(), Toolbox())
        func add(_ id: String, _ deed: String, _ toolbox: Toolbox) throws {
            let entry = ["by", "bob", "deed", deed, "on", "x", "old", "-", "new", "-"]
            _ = try toolbox.server.cli(["XADD", Toolbox.trail, id] + entry)
        }
        for (id, deed) in [("100-0", "a"), ("300-0", "c"), ("500-0", "e")] { try add(id, deed, source) }
        for (id, deed) in [("200-0", "b"), ("300-0", "C"), ("400-0", "d")] { try add(id, deed, target) }
        func deeds() throws -> [String] { try target.entries().map { $0[1] }.filter { $0 != "import" }.reversed() }
        try copy(from: source, to: target, count: 1000)
        let merged = try deeds()
        #expect(merged.map { $0.lowercased() } == ["a", "b", "c", "c", "d", "e"] && Set(merged).count == 6)
        try copy(from: source, to: target, count: 1000)
        #expect(try deeds() == merged)
        #expect(try target.entries().count == 7, "what stored nothing is no deed")
    }

    @Test func theLastThousandOfTwoTrailsStay() throws {
        let (source, target) = try (Toolbox(), Toolbox())
        let fill = """
            for i = 1, 900 do
              redis.call('XADD', KEYS[1], (2 * i + ARGV[1]) .. '-0', 'by', 'x', 'deed', i, 'on', 'x', 'old', '-', 'new', '-')
            end
            """
        try source.server.command("EVAL", fill, "1", Toolbox.trail, "0")
        try target.server.command("EVAL", fill, "1", Toolbox.trail, "1")
        try copy(from: source, to: target, count: 1000)
        let deeds = try target.entries().map { $0[1] }.dropFirst()
        #expect(Array(deeds) == (401...900).reversed().flatMap { ["\($0)", "\($0)"] })
    }

    /// What was stored before a value that cannot be is on record, with what it replaced.
    @Test func aStepThatEndsHalfWayIsOnRecord() throws {
        let (source, target) = try (Toolbox(), Toolbox())
        try source.run("override", [Toolbox.limits], "set :group 9 by bob")
        try source.server.command("DEL", Toolbox.trail)
        try target.server.command("HSET", Toolbox.limits, ":group", "7")
        let lines = try source.run("export", ["weir:{g=acme}"], "0 1000") + ["\(Toolbox.group) -1 001122", ""]
        let script = try Repository.text("lua/import.lua")
        let error = #expect(throws: RedisServer.Failure.self) {
            let text = lines.filter { !$0.isEmpty }.joined(separator: "\n")
            _ = try target.server.cli(["-e", "EVAL", script, "1", Toolbox.trail, "replace", "by", "anna", text])
        }
        #expect(error?.description.contains("\(Toolbox.group) cannot be stored, so this step ends here") == true)
        #expect(try target.server.command("HGET", Toolbox.limits, ":group") == "9")
        #expect(try target.entries() == [["anna", "import", "keys", "/limits", "/limits"]])
    }

    @Test func aTrailThatIsNoneReplacesNoTrail() throws {
        let (source, target) = try (Toolbox(), Toolbox())
        try source.server.command("SET", Toolbox.trail, "theirs")
        try source.server.command("HSET", Toolbox.limits, ":group", "9")
        try target.run("override", [Toolbox.limits], "set :group 7 by bob")
        let before = try target.entries()
        #expect(try copy(from: source, to: target, options: "replace", count: 1000).contains("is no audit trail"))
        #expect(try target.entries() == before)
        #expect(try target.server.command("HGET", Toolbox.limits, ":group") == "7", "nothing is stored")
    }

    @Test func linesOfAnotherOwnerOrOfNobodyAreRefused() async throws {
        let (source, target) = try (Toolbox(), Toolbox())
        try await source.fill()
        #expect(
            try copy(from: source, to: target, trail: "weir:{g=bolt}/audit").contains(
                "the lines are of weir:{g=acme}"
            )
        )
        let script = try Repository.text("lua/import.lua")
        for lines in [
            "", "weir-export 1 done weir:{g=acme}\nother:key -1 00", "weir:{g=acme}:group -1 00",
            "weir-export 1 done weir:{g=acme}\nweir:{g=acme}:group -1 0",
            "weir-export 1 done weir:{g=acme}\nweir:{g=acme}:group -1 001122",
        ] {
            #expect(throws: RedisServer.Failure.self, "\(lines)") {
                try target.server.cli(["-e", "EVAL", script, "1", Toolbox.trail, "by", "anna", lines])
            }
        }
        #expect(try target.server.command("DBSIZE") == "0")
    }

    @Test func whatHasExpiredOnTheWayIsNotStored() async throws {
        let target = try Toolbox()
        let source = try Toolbox()
        try await source.fill()
        let lines = try source.run("export", ["weir:{g=acme}"], "0 1000").map { line in
            line.hasPrefix("\(Toolbox.window) ") ? line.replacing(#/ \d+ /#, with: " 1000000000000 ") : line
        }
        let script = try Repository.text("lua/import.lua")
        let said = try target.server.cli(
            ["-e", "EVAL", script, "1", Toolbox.trail, "by", "anna", lines.joined(separator: "\n")]
        )
        #expect(said.contains("expired       1"))
        #expect(try target.server.command("EXISTS", Toolbox.window, Toolbox.group) == "1")
    }
}
