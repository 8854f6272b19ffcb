import Foundation
import SeededRandom
import StressHistory
import TestSupport

/// A directory of a test's own, gone with it.
final class HistoryDirectory {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "weir-history-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }

    func path(_ name: String) -> String { url.appending(path: name).path }

    /// The path of a new file with these bytes.
    func file(_ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: path("history.jsonl")))
        return path("history.jsonl")
    }

    /// The bytes of a sealed history with a few short attempts.
    func sealedHistory(attempts: Int) throws -> [UInt8] {
        var names = WindowNames()
        let window = names.number(of: .init(rule: "r", subject: "s"))
        let path = path("sealed.jsonl")
        let fault = Fault(kind: .pause, from: 1, until: 2)
        var writer = try HistoryWriter(path: path, attempts: attempts, seed: 3, faults: [fault], names: names)
        for operation in 0..<attempts {
            var attempt = Attempt(
                process: 0,
                operation: operation,
                cost: 1,
                sent: operation,
                done: 20,
                outcome: .allowed
            )
            (attempt.source, attempt.server) = (.redis, 10 + operation)
            var fact = WindowFact(window: window, limit: 9, period: 60_000_000, slice: 1000)
            (fact.remaining, fact.reset) = (9 - operation, 60_000_000)
            attempt.windows = [fact]
            try writer.write(attempt)
        }
        try writer.finish()
        return Array(try Data(contentsOf: URL(filePath: path)))
    }
}

extension SeededGenerator {
    /// Windows whose names have whatever a name may have.
    mutating func oddWindowNames() -> WindowNames {
        var names = WindowNames()
        let odd = [
            "", "{a}", "a\"b\\c", "line\nfeed", "tab\tand\rreturn", "nul\u{0}bell\u{7}\u{1F}\u{7F}", "größer 東京 🚦👩‍👩‍👧",
            "\u{2028}\u{FEFF}", "a/b", #"{"rule":"x"}"#, String(repeating: "long ", count: 500),
        ]
        for subject in odd { _ = names.number(of: .init(rule: element(odd), subject: subject)) }
        for number in 1...100 { _ = names.number(of: .init(rule: "endpoint", subject: "t=\(number)")) }
        return names
    }

    /// An attempt that may stand in a history, with windows below a number; each part is at a bound now and then.
    mutating func anyAttempt(operation: Int, windows: Int) -> Attempt {
        let sent = once(in: 20) ? number(0...1) * (1 << 52) : 1_780_000_000_000_000 + number(0...1_000_000)
        let done = once(in: 20) ? 1 << 53 : sent + number(0...5000)
        var attempt = Attempt(
            process: number(0...3),
            operation: operation,
            cost: element([1, 1, 1, 0, -1, 2, 1 << 31, -(1 << 31)]),
            sent: sent,
            done: done,
            outcome: element(Attempt.Outcome.allCases)
        )
        let isDecided = attempt.outcome == .allowed || attempt.outcome == .denied
        if isDecided {
            attempt.source = element(Attempt.Source.allCases)
            attempt.server = once(in: 20) ? element([0, 1 << 53]) : max(0, sent + number(-1000...1000))
            attempt.place = once(in: 2) ? number(0...70) : nil
        }
        if attempt.outcome == .denied, !once(in: 4) { attempt.retryAfter = element([0, 17_000_000, 1 << 53]) }
        if once(in: 8) {
            attempt.error = element(["timedOut", "a \"quoted\" wörd\n", String(repeating: "x", count: 64)])
        }
        let count = once(in: 10) ? number(1...min(64, windows)) : min(windows, number(1...3))
        let first = number(0...(windows - 1))
        attempt.windows = (0..<count).map { fact(window: (first + $0) % windows, isDecided: isDecided) }
        if count > 1, once(in: 3) {
            let place = number(0...(count - 1))
            attempt.windows[place].pool = (place + number(1...(count - 1))) % count
        }
        return attempt
    }

    private mutating func fact(window: Int, isDecided: Bool) -> WindowFact {
        let period = element([1000, 60_000_000, 86_400_000_000, 366 * 86_400_000_000])
        let slice = element([1, 1000, period, (period + 127) / 128])
        let limit = once(in: 5) ? nil : element([0, 5, 10_000, 1 << 48])
        var fact = WindowFact(window: window, limit: limit, period: period, slice: slice)
        guard isDecided else { return fact }
        if let limit {
            fact.remaining = number(0...limit)
        } else {
            fact.used = element([0, 17, 1 << 53])
        }
        fact.reset = element([0, 1, 60_000_000, 1 << 53])
        fact.isViolated = once(in: 3)
        return fact
    }
}
