import Foundation
import SeededRandom
import StressHistory
import TestSupport
import Testing

/// What is written is what is read, and others may write it too.
@Suite struct HistoryFileTests {
    private let directory: HistoryDirectory

    init() throws { directory = try HistoryDirectory() }

    @Test func anyHistoryIsReadAsItWasWritten() throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let names = generator.oddWindowNames()
        let attempts = (0..<5000).map { generator.anyAttempt(operation: $0, windows: names.all.count) }
        let faults = Fault.Kind.allCases.enumerated().map { place, kind in
            var fault = Fault(kind: kind, from: place, until: place * 2, process: place % 2 == 0 ? place : nil)
            if place % 3 == 0 { (fault.slots, fault.promoted) = ("0-\(place) 16383", place) }
            return fault
        }
        let path = directory.path("history.jsonl")
        var writer = try HistoryWriter(path: path, attempts: 5000, seed: .max, faults: faults, names: names)
        for attempt in attempts { try writer.write(attempt) }
        #expect(!FileManager.default.fileExists(atPath: path), "it is not whole yet")
        try writer.finish()
        #expect(!FileManager.default.fileExists(atPath: path + ".part"))

        var reader = try HistoryReader(path: path)
        var read: [Attempt] = []
        while let attempt = try reader.next() { read.append(attempt) }
        #expect(try reader.next() == nil, "after the end there is nothing more")
        let (isSealed, seed, told, ownNames) = (reader.isSealed, reader.seed, reader.faults, reader.names)
        #expect(isSealed && seed == .max && told == faults)
        #expect(read.count == attempts.count)
        for (attempt, written) in zip(read, attempts) {
            #expect(attempt.windows.map { ownNames[$0.window] } == written.windows.map { names[$0.window] })
            var same = attempt
            for place in same.windows.indices { same.windows[place].window = written.windows[place].window }
            #expect(same == written)
        }
    }

    /// The fields and their order are those that others rely on.
    @Test func aLineIsAsItIsDocumented() throws {
        var names = WindowNames()
        let window = names.number(of: .init(rule: "endpoint", subject: "t=\"1\""))
        let pool = names.number(of: .init(rule: "group", subject: "g"))
        var first = WindowFact(window: window, limit: 5, period: 60_000_000, slice: 1000)
        (first.remaining, first.reset, first.isViolated) = (0, 17, true)
        var second = WindowFact(window: pool, limit: nil, period: 86_400_000_000, slice: 675_000_000)
        (second.used, second.reset, second.pool) = (9, 3, 0)
        var denied = Attempt(process: 0, operation: 17, cost: 1, sent: 100, done: 200, outcome: .denied)
        (denied.source, denied.server, denied.place, denied.retryAfter) = (.redis, 150, 2, 17)
        denied.windows = [first, second]
        var unknown = Attempt(process: 1, operation: 18, cost: -2, sent: 300, done: 400, outcome: .unknown)
        unknown.windows = [WindowFact(window: window, limit: 5, period: 60_000_000, slice: 1000)]
        unknown.error = "timedOut"
        let path = directory.path("history.jsonl")
        let faults = [
            Fault(kind: .workerKill, from: 1, until: 2, process: 1),
            Fault(kind: .failover, from: 3, until: 5, slots: "0-5460 5470", promoted: 4),
        ]
        var writer = try HistoryWriter(path: path, attempts: 2, seed: 7, faults: faults, names: names)
        try writer.write(denied)
        try writer.write(unknown)
        try writer.finish()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            line.replacing(/,"sum":"[0-9a-f]{16}"}$/, with: "}")
        }
        let expected = """
            {"history":{"version":1,"attempts":2,"seed":7,\
            "faults":[{"kind":"worker-kill","from":1,"until":2,"process":1},\
            {"kind":"failover","from":3,"until":5,"slots":"0-5460 5470","promoted":4}]},\
            "process":0,"op":17,"cost":1,"sent":100,"done":200,"outcome":"denied","source":"redis",\
            "server":150,"place":2,"windows":[{"rule":"endpoint","subject":"t=\\"1\\"","limit":5,\
            "window":60000000,"slice":1000,"remaining":0,"reset":17,"violated":true},{"rule":"group",\
            "subject":"g","window":86400000000,"slice":675000000,"used":9,"reset":3,"violated":false,\
            "pool":0}],"retryAfter":17}
            {"process":1,"op":18,"cost":-2,"sent":300,"done":400,"outcome":"unknown","windows":[\
            {"rule":"endpoint","subject":"t=\\"1\\"","limit":5,"window":60000000,"slice":1000}],\
            "error":"timedOut"}
            """
        #expect(lines.joined(separator: "\n") == expected)
    }

    /// A failover says which slots it hit, so each window says once which one it is in.
    @Test func aWindowTellsItsKeyOnceIfAFailoverAsksForIt() throws {
        var names = WindowNames()
        for subject in ["a", "b", "nobody asks"] {
            names.setKey("{g=\(subject)\"}", of: names.number(of: .init(rule: "r", subject: subject)))
        }
        for slots in ["0-16383", nil] {
            let path = directory.path("history.jsonl")
            let fault = Fault(kind: .failover, from: 1, until: 3, slots: slots, promoted: 2)
            var writer = try HistoryWriter(path: path, attempts: 4, seed: 7, faults: [fault], names: names)
            for operation in 0..<4 {
                var attempt = Attempt(process: 0, operation: operation, cost: 1, sent: 10, done: 20, outcome: .failed)
                attempt.windows = [WindowFact(window: operation % 2, limit: 5, period: 1000, slice: 1)]
                try writer.write(attempt)
            }
            try writer.finish()
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.components(separatedBy: #","key":"{g=a\"}""#).count == (slots == nil ? 1 : 2))
            var reader = try HistoryReader(path: path)
            while try reader.next() != nil {}
            let read = reader.names
            #expect(read.all.map(\.subject) == ["a", "b"])
            #expect(read.key(of: 0) == (slots == nil ? nil : "{g=a\"}"))
            #expect(read.key(of: 1) == (slots == nil ? nil : "{g=b\"}"))
        }
    }

    @Test func aWindowHasOneKey() throws {
        func line(_ key: String) -> String {
            #"{"process":0,"op":1,"cost":1,"sent":1,"done":2,"outcome":"failed","windows":[{"rule":"r","subject":"s","#
                + #""window":1000,"slice":1,"key":"\#(key)"}]}"#
        }
        var reader = try HistoryReader(path: try directory.file(Array("\(line("a"))\n\(line("a"))\n\(line("b"))".utf8)))
        #expect(try reader.next() != nil)
        #expect(try reader.next() != nil)
        let error = try #require(throws: HistoryError.self) { _ = try reader.next() }
        #expect(error.description.contains("line 3") && error.description.contains("the window had another key before"))
    }

    /// The sum is FNV-1a over every byte before it, so another program may compute it.
    @Test func theSumIsOverAllBytesBefore() throws {
        let bytes = try directory.sealedHistory(attempts: 3)
        let end = Array(#","sum":""#.utf8)
        var seen = 0
        for place in bytes.indices where bytes[place...].starts(with: end) {
            var sum: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in bytes[..<place] { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
            let digits = String(decoding: bytes[(place + end.count)...].prefix(16), as: UTF8.self)
            #expect(UInt64(digits, radix: 16) == sum)
            seen += 1
        }
        #expect(seen == 3)
    }

    @Test func historiesOfOthersAreReadWithoutASeal() throws {
        let text = """
            { "op" : 1, "process":0 ,"cost":1,"sent":10,"done":20,"outcome":"allowed","source":"redis","server":15,\
            "windows":[ {"subject":"\\u0041\\ud83d\\udea6\\/\\n", "rule":"r","limit":5,"window":1000,"slice":1,\
            "remaining":4,"reset":9,"violated":false } ] }\t\r
            {"process":0,"op":2,"cost":-0,"sent":10,"done":10,"outcome":"failed","windows":[{"rule":"r",\
            "subject":"A🚦/\\n","window":1000,"slice":1}]}
            """
        let path = try directory.file(Array(text.utf8))
        var reader = try HistoryReader(path: path)
        let (first, second) = (try reader.next(), try reader.next())
        #expect(try reader.next() == nil)
        let (isSealed, names) = (reader.isSealed, reader.names)
        #expect(!isSealed, "nobody can say whether something is missing")
        #expect(first?.operation == 1 && first?.windows.first?.remaining == 4 && second?.cost == 0)
        #expect(first?.windows.first?.window == second?.windows.first?.window, "escaped or not, it is the same window")
        #expect(names.all == [WindowNames.Name(rule: "r", subject: "A🚦/\n")])
    }

    /// Each of the parts in which a file is read may end in the middle of a line.
    @Test func linesOfAnyLengthAreRead() throws {
        var text = ""
        for (operation, length) in [1, 500_000, 2_500_000, 3, 1_048_000, 7].enumerated() {
            let subject = String(repeating: "s", count: length)
            text += line(operation: operation, subject: subject) + "\n"
        }
        let path = try directory.file(Array(text.utf8))
        var reader = try HistoryReader(path: path)
        for operation in 0..<6 { #expect(try reader.next()?.operation == operation) }
        #expect(try reader.next() == nil)
        let lengths = reader.names.all.map(\.subject.count)
        #expect(lengths == [1, 500_000, 2_500_000, 3, 1_048_000, 7])
    }

    @Test func aLastLineNeedsNoNewline() throws {
        let bytes = try directory.sealedHistory(attempts: 3)
        let path = try directory.file(Array(bytes.dropLast()))
        var reader = try HistoryReader(path: path)
        for _ in 0..<3 { #expect(try reader.next() != nil) }
        #expect(try reader.next() == nil)
    }

    @Test func aHistoryThatIsGivenUpLeavesNothing() throws {
        let path = directory.path("history.jsonl")
        do {
            var writer = try HistoryWriter(path: path, attempts: 2, seed: 1, faults: [], names: WindowNames())
            #expect(throws: HistoryError.self) { try writer.finish() }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test func onlyWhatMayStandInAHistoryIsWritten() throws {
        var names = WindowNames()
        _ = names.number(of: .init(rule: "r", subject: "s"))
        var attempt = Attempt(process: 0, operation: 0, cost: 0, sent: 0, done: 0, outcome: .unknown)
        attempt.windows = [WindowFact(window: 0, limit: nil, period: 1000, slice: 1)]
        let changes: [(String, (inout Attempt) -> Void)] = [
            ("has no name", { $0.windows[0].window = 1 }),
            ("\"done\" is before", { $0.sent = 1 }),
            ("\"source\" is missing", { $0.outcome = .allowed }),
            ("there are 0 windows", { $0.windows = [] }),
            ("\"error\" is to be", { $0.error = "" }),
            ("\"cost\" is out of range", { $0.cost = .min }),
        ]
        for (message, change) in changes {
            var wrong = attempt
            change(&wrong)
            var writer = try HistoryWriter(
                path: directory.path("h"),
                attempts: 1,
                seed: 1,
                faults: [],
                names: names
            )
            let error = #expect(throws: HistoryError.self) { try writer.write(wrong) }
            #expect(error?.description.contains(message) == true, "\(message): \(String(describing: error))")
            #expect(throws: HistoryError.self, "it was not written") { try writer.finish() }
        }
    }

    @Test func aFullDiskIsAnError() throws {
        // On Linux, whoever writes to it is told that the disk is full.
        try FileManager.default.createSymbolicLink(atPath: directory.path("h.part"), withDestinationPath: "/dev/full")
        var names = WindowNames()
        _ = names.number(of: .init(rule: "r", subject: "s"))
        var attempt = Attempt(process: 0, operation: 0, cost: 0, sent: 0, done: 0, outcome: .unknown)
        attempt.windows = [WindowFact(window: 0, limit: nil, period: 1000, slice: 1)]
        let path = directory.path("h")
        var writer = try HistoryWriter(path: path, attempts: 1, seed: 1, faults: [], names: names)
        try writer.write(attempt)
        for _ in 0..<2 {
            let error = #expect(throws: HistoryError.self) { try writer.finish() }
            #expect(error?.description == "\(path).part cannot be written: No space left on device")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func theSystemsErrorsAreToldWithThePath() throws {
        let missing = directory.path("missing")
        expect("\(missing) cannot be opened: No such file or directory") { _ = try HistoryReader(path: missing) }
        expect("\(directory.path) cannot be read: Is a directory") {
            var reader = try HistoryReader(path: directory.path)
            _ = try reader.next()
        }
        let nowhere = directory.path("no/such/file")
        expect("\(nowhere).part cannot be opened: No such file or directory") { try write(to: nowhere) }
        expect("\(directory.path) is not a file") { try write(to: directory.path) }
        expect("/dev/null is not a file") { try write(to: "/dev/null") }
    }

    private func expect(_ text: String, _ body: () throws -> Void) {
        let error = #expect(throws: HistoryError.self) { try body() }
        #expect(error?.description.hasPrefix(text) == true, "\(String(describing: error))")
    }

    private func write(to path: String) throws {
        var writer = try HistoryWriter(path: path, attempts: 1, seed: 1, faults: [], names: WindowNames())
        try writer.finish()
    }

    private func line(operation: Int, subject: String) -> String {
        #"{"process":0,"op":\#(operation),"cost":1,"sent":1,"done":2,"outcome":"unknown","#
            + #""windows":[{"rule":"r","subject":"\#(subject)","window":1000,"slice":1}]}"#
    }
}
