import Foundation
import SeededRandom
import StressHistory
import TestSupport
import Testing

/// What a worker recorded is there, whether it ended well or not.
@Suite struct HistoryRecordFileTests {
    private static let base = 1_780_000_000_000_000
    private static let ended = base + 9_000_000

    private let directory: HistoryDirectory
    private let path: String

    init() throws {
        directory = try HistoryDirectory()
        path = directory.path("worker.rec")
    }

    @Test(arguments: [true, false])
    func whatWasRecordedIsRead(isClosed: Bool) throws {
        let attempts = randomAttempts(20_000)
        var file = try create(tasks: 16)
        for (place, attempt) in attempts.enumerated() {
            let (task, windows) = (place % 16, Array(attempt.windows.map(\.window).prefix(22)))
            try file.begin(
                task: task,
                operation: attempt.operation,
                cost: attempt.cost,
                sent: attempt.sent,
                windows: windows
            )
            try file.record(attempt, task: task)
        }
        if isClosed { try file.close() }
        #expect(try read() == attempts)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect((size == 1 << 26) != isClosed, "closed, it ends where the records end")
    }

    @Test func whatWasInFlightIsReadAsUnknown() throws {
        let attempts = randomAttempts(100)
        var file = try create(tasks: 4)
        try file.begin(task: 3, operation: 1000, cost: -7, sent: Self.base + 5, windows: [4, 90])
        for attempt in attempts { try file.record(attempt, task: 0) }
        try file.begin(task: 1, operation: 900, cost: 2, sent: Self.ended + 5, windows: Array(0..<22))
        var first = Attempt(
            process: 1,
            operation: 900,
            cost: 2,
            sent: Self.ended + 5,
            done: Self.ended + 5,
            outcome: .unknown
        )
        first.windows = facts(Array(0..<22))
        var second = Attempt(
            process: 1,
            operation: 1000,
            cost: -7,
            sent: Self.base + 5,
            done: Self.ended,
            outcome: .unknown
        )
        second.windows = facts([4, 90])
        // The file is still open, as that of a worker that was killed.
        #expect(try read() == attempts + [first, second])
        first.outcome = .failed
        try file.record(first, task: 1)
        #expect(try read() == attempts + [first, second], "it is no longer in flight")
        try file.close()
        #expect(try read() == attempts + [first, second])
    }

    /// Killed after it recorded an attempt and before it noted that none is in flight.
    @Test func whatWasRecordedIsNotInFlight() throws {
        var file = try create(tasks: 1)
        let attempt = randomAttempts(1)[0]
        try file.begin(task: 0, operation: 0, cost: 1, sent: Self.base, windows: [1])
        try file.record(attempt, task: 0)
        var bytes = try Data(contentsOf: URL(filePath: path))
        #expect(bytes[4096] == 0)
        bytes[4096] = 1
        // Nor had it counted it.
        bytes[48] = 0
        try bytes.write(to: URL(filePath: path))
        #expect(try read() == [attempt])
    }

    @Test func aTaskHasOneAttemptInFlight() throws {
        var file = try create(tasks: 2)
        try file.begin(task: 0, operation: 1, cost: 1, sent: Self.base, windows: [1])
        expect("task 0 has an attempt in flight") {
            try file.begin(task: 0, operation: 2, cost: 1, sent: Self.base, windows: [1])
        }
        expect("has no task 2: expected 0 to 1") {
            try file.begin(task: 2, operation: 2, cost: 1, sent: Self.base, windows: [1])
        }
        expect("at most 22 windows") {
            try file.begin(task: 1, operation: 2, cost: 1, sent: Self.base, windows: Array(0..<23))
        }
        expect("-1 is not the number of a window") {
            try file.begin(task: 1, operation: 2, cost: 1, sent: Self.base, windows: [-1])
        }
        try file.close()
        expect("is closed") { try file.record(randomAttempts(1)[0], task: 0) }
    }

    @Test func whatCannotBeRecordedLeavesTheRestWhole() throws {
        let attempts = randomAttempts(1000)
        var file = try create(tasks: 1)
        for attempt in attempts {
            try file.record(attempt, task: 0)
            var wrong = attempt
            wrong.windows = Array(repeating: attempt.windows[0], count: 600)
            expect("expected at most 64 windows") { try file.record(wrong, task: 0) }
        }
        #expect(try read() == attempts)
    }

    @Test func aFullFileIsAnErrorAndKeepsWhatItHas() throws {
        let attempts = randomAttempts(10_000)
        var file = try RecordFile(path: path, process: 1, tasks: 1, base: Self.base, capacity: 1 << 17)
        var recorded = 0
        expect("is full: it was created for 131072 bytes") {
            for attempt in attempts {
                try file.record(attempt, task: 0)
                recorded += 1
            }
        }
        #expect(recorded > 100 && recorded < attempts.count)
        #expect(try read() == Array(attempts[..<recorded]))
    }

    @Test func onlyANewFileIsCreated() throws {
        let file = try create(tasks: 1)
        expect("\(path) cannot be opened: File exists") { _ = try create(tasks: 1) }
        expect("cannot be for 0 tasks") {
            _ = try RecordFile(path: directory.path("b"), process: 0, tasks: 0, base: 0)
        }
        expect("needs a capacity of 131072 bytes") {
            _ = try RecordFile(path: directory.path("b"), process: 0, tasks: 1, base: 0, capacity: 100_000)
        }
        _ = consume file
    }

    @Test func progressIsSeenWhileTheWorkerRecords() throws {
        let attempts = randomAttempts(30_000)
        var file = try create(tasks: 1)
        var progress = try RecordProgress(path: path)
        #expect(try progress.sample(most: 10).isEmpty)
        var recorded = 0
        for part in [1, 5, 10, 11, 4000, 20_000, 3] {
            for attempt in attempts[recorded..<(recorded + part)] { try file.record(attempt, task: 0) }
            recorded += part
            let sample = try progress.sample(most: 10)
            #expect(sample == Array(attempts[..<recorded].suffix(min(part, 10))))
            let (counts, done) = (progress.counts, attempts[..<recorded])
            #expect(counts.attempts == recorded)
            #expect(counts.allowed == done.count { $0.outcome == .allowed })
            #expect(counts.denied == done.count { $0.outcome == .denied })
            #expect(counts.unknown == done.count { $0.outcome == .unknown })
            #expect(counts.failed == done.count { $0.outcome == .failed })
        }
        #expect(try progress.sample(most: 10).isEmpty, "there is nothing new")
        for attempt in attempts[recorded...] { try file.record(attempt, task: 0) }
        #expect(try progress.sample(most: 1_000_000) == Array(attempts[recorded...]))
        let (process, before) = (progress.process, progress.isClosed)
        try file.close()
        let after = progress.isClosed
        #expect(process == 1 && !before && after)
        #expect(try progress.sample(most: 10).isEmpty)
    }

    @Test func aDamagedFileIsAnError() throws {
        let attempts = randomAttempts(2000)
        var file = try create(tasks: 1)
        for attempt in attempts { try file.record(attempt, task: 0) }
        try file.close()
        let whole = try Data(contentsOf: URL(filePath: path))
        func expect(_ message: String, _ change: (inout Data) -> Void) throws {
            var bytes = whole
            change(&bytes)
            try bytes.write(to: URL(filePath: path))
            self.expect(message) { _ = try read() }
        }
        try expect("it is too short") { $0 = $0.prefix(4095) }
        try expect("does not begin with WEIR-REC") { $0[0] = 0 }
        try expect("has version 2: this program reads 1") { $0[8] = 2 }
        try expect("is for 0 tasks") { $0[24] = 0 }
        try expect("is damaged: its records end at") { $0 = $0.dropLast() }
        try expect("is damaged: its records end at 0") { $0.replaceSubrange(40..<48, with: Data(count: 8)) }
        try expect("tells of 2001 attempts and holds 2000") { $0[48] += 1 }
        try expect("the slot is damaged") { $0[4096] = 2 }
        try expect("it has 23 windows") { ($0[4096], $0[4096 + 32]) = (1, 23) }
        try expect("byte 65536: it is not of the process") { $0[16] = 2 }
        try expect("byte 65536: there is no record") { $0[65536] = 0 }
        let error = #expect(throws: HistoryError.self) {
            try whole.write(to: URL(filePath: path))
            _ = try read(windows: 50)
        }
        #expect(error?.description.contains("expected 0 to 49") == true)
    }

    /// A file with any bit changed is read or refused: whatever else were to happen, the process would end.
    @Test func anyFileIsReadOrRefused() throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        var file = try create(tasks: 2)
        for attempt in randomAttempts(200) { try file.record(attempt, task: 0) }
        try file.begin(task: 1, operation: 999, cost: 1, sent: Self.base, windows: [1, 2])
        try file.close()
        let whole = try Data(contentsOf: URL(filePath: path))
        var (same, other, refused) = (0, 0, 0)
        let attempts = try read()
        for _ in 0..<400 {
            var bytes = whole
            let place = generator.element([
                generator.number(0...95), generator.number(4096...4351), generator.number(65536...(whole.count - 1)),
            ])
            bytes[place] ^= UInt8(1 << generator.number(0...7))
            if generator.once(in: 10) { bytes = bytes.prefix(generator.number(0...whole.count)) }
            try bytes.write(to: URL(filePath: path))
            _ = try? lookAtProgress()
            switch try? read() {
            case attempts: same += 1
            case nil: refused += 1
            default: other += 1
            }
        }
        #expect(same > 0 && other > 0 && refused > 0)
    }

    private func lookAtProgress() throws {
        var progress = try RecordProgress(path: path)
        _ = try (progress.counts, progress.sample(most: 1000))
    }

    private func create(tasks: Int) throws -> RecordFile {
        try RecordFile(path: path, process: 1, tasks: tasks, base: Self.base, capacity: 1 << 26)
    }

    private func randomAttempts(_ count: Int) -> [Attempt] {
        var generator = SeededGenerator(seed: 5)
        return (0..<count).map { operation in
            var attempt = generator.anyAttempt(operation: operation, windows: 100)
            attempt.process = 1
            return attempt
        }
    }

    private func facts(_ windows: [Int]) -> [WindowFact] {
        windows.map { WindowFact(window: $0, limit: 5, period: 60_000_000, slice: 1000) }
    }

    private func read(windows: Int = 100) throws -> [Attempt] {
        var reader = try RecordFileReader(path: path, windows: windows, ended: Self.ended, facts: facts)
        var attempts: [Attempt] = []
        while let attempt = try reader.next() { attempts.append(attempt) }
        return attempts
    }

    private func expect(_ message: String, _ body: () throws -> Void) {
        let error = #expect(throws: HistoryError.self) { try body() }
        #expect(error?.description.contains(message) == true, "\(message): \(String(describing: error))")
    }
}
