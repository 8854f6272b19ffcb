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
        #expect(said.contains("left alone    2"), "the limits, and a trail that is older than the other's end: \(said)")
        #expect(try target.server.command("HGET", Toolbox.limits, ":group") == "7")
        #expect(try target.entries().last == ["bob", "override", ":group", "-", "7"])
        try copy(from: source, to: target, options: "replace")
        #expect(try target.server.command("HGET", Toolbox.limits, ":group") == "9001")
        let again = try copy(from: source, to: target, count: 1000)
        #expect(again.contains("stored        0"))
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
