internal import Foundation
package import StressHistory

/// When one process tried to connect to Redis, as far as it was seen.
package struct ConnectionAttempts: Sendable, Hashable {
    /// Attempts that were made between one look and the next.
    package struct Look: Sendable, Hashable {
        package let from: Int
        package let until: Int
        package let made: Int

        package init(from: Int, until: Int, made: Int) {
            self.from = from
            self.until = until
            self.made = made
        }
    }

    /// In the order of time, without those that saw nothing.
    private let looks: [Look]

    package init(_ looks: [Look]) { self.looks = looks }

    /// Reads what a worker has written; nothing if it was killed before it had a file.
    ///
    /// - Parameter path: the file of its ``ConnectionWatch``.
    /// - Throws: ``HistoryError`` if a line, other than one that was cut off by the end, is none of its.
    package init(path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            looks = []
            return
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        looks = try text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 3 else { throw HistoryError("\(path) has a line that no worker writes: \(line)") }
            return Look(from: numbers[0], until: numbers[1], made: numbers[2])
        }
    }

    /// The most attempts in any stretch of time of a length during which, for some of it, nobody could reach Redis.
    ///
    /// What was seen between two looks counts for every stretch that reaches between them, so it may be a little too many.
    ///
    /// - Parameters:
    ///   - length: how long a stretch is, in microseconds.
    ///   - outages: when Redis could not be reached.
    /// - Returns: how many attempts, successful or not.
    package func most(in length: Int, during outages: [Fault]) -> Int {
        // Where a stretch holds the most, it also does if it is moved until it begins where a look ends, or an outage.
        let starts = looks.map(\.until).filter { start in
            outages.contains { $0.from <= start + length && start <= $0.until }
        }
        return (starts + outages.map(\.until)).map { made(from: $0, until: $0 + length) }.max() ?? 0
    }

    private func made(from start: Int, until end: Int) -> Int {
        var (low, high) = (0, looks.count)
        while low < high {
            let middle = (low + high) / 2
            if looks[middle].until < start { low = middle + 1 } else { high = middle }
        }
        return looks[low...].prefix { $0.from <= end }.reduce(0) { $0 + $1.made }
    }
}

extension Fault.Kind {
    /// Whether nobody reaches Redis meanwhile.
    package var isOutage: Bool { [.stop, .restart, .pause, .partition, .failover].contains(self) }
}
