import Foundation
import SeededRandom
import StressHistory
import TestSupport
import Testing

/// A history of any length comes into the order in which it is checked, as if all of it had been in memory.
@Suite struct HistoryOrderTests {
    @Test(arguments: [1, 7, 100, 4999, 5000, 5001, 200_000])
    func anyAttemptsComeInOrder(chunk: Int) throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let attempts = (0..<5000).map { _ in
            var attempt = generator.anyAttempt(operation: generator.number(0...50), windows: 100)
            // Many at one time, so that their places, processes and operations decide.
            let moment = generator.number(1...200)
            if attempt.server == nil { attempt.sent = moment } else { attempt.server = moment }
            return attempt
        }
        // Those that nothing tells apart stay as they came.
        let expected = attempts.enumerated().sorted { left, right in
            if Attempt.isBefore(left.element, right.element) { return true }
            return left.offset < right.offset && !Attempt.isBefore(right.element, left.element)
        }
        #expect(try sorted(attempts, chunk: chunk) == expected.map(\.element))
    }

    @Test(arguments: [1, 64, 10_000])
    func whatIsInOrderStaysSo(chunk: Int) throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let attempts = (0..<3000).map { generator.anyAttempt(operation: $0, windows: 100) }.sorted(by: Attempt.isBefore)
        #expect(try sorted(attempts, chunk: chunk) == attempts)
        #expect(try sorted(attempts.reversed(), chunk: chunk).map(\.moment) == attempts.map(\.moment))
    }

    @Test func ofNothingThereIsNothing() throws { #expect(try sorted([], chunk: 10).isEmpty) }

    @Test func nothingIsLeftInTheDirectory() throws {
        let directory = try HistoryDirectory()
        var generator = SeededGenerator(seed: 1)
        let attempts = (0..<100).map { generator.anyAttempt(operation: $0, windows: 100) }
        var sorting = try SortedAttempts(chunk: 10, directory: directory.path)
        for attempt in attempts { try sorting.add(attempt) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty, "even while it sorts")
        var merged = try sorting.merged()
        #expect(try merged.next() != nil)
    }

    @Test func withoutADirectoryThereIsNoSorting() {
        let error = #expect(throws: HistoryError.self) { _ = try SortedAttempts(directory: "/no/such/place") }
        #expect(error?.description == "/no/such/place cannot hold a temporary file: No such file or directory")
    }

    private func sorted(_ attempts: [Attempt], chunk: Int) throws -> [Attempt] {
        var sorting = try SortedAttempts(chunk: chunk)
        for attempt in attempts { try sorting.add(attempt) }
        var merged = try sorting.merged()
        var result: [Attempt] = []
        while let attempt = try merged.next() { result.append(attempt) }
        return result
    }
}
