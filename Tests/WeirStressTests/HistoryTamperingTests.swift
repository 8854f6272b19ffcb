import Foundation
import StressHistory
import Testing

/// Of a sealed history, nothing can be changed or taken away without the reader saying so.
@Suite struct HistoryTamperingTests {
    private let directory: HistoryDirectory
    private let sealed: [UInt8]
    private let lines: [[UInt8]]

    init() throws {
        directory = try HistoryDirectory()
        sealed = try directory.sealedHistory(attempts: 4)
        lines = sealed.split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    @Test func aHistoryThatNobodyTouchedIsRead() throws { #expect(try error(of: sealed) == nil) }

    @Test func noByteCanBeReplaced() throws {
        for place in sealed.indices {
            // A bit; the same letter in the other case; and one that is seen nowhere else.
            for replacement in [sealed[place] ^ 1, sealed[place] ^ 0x20, 0xFF] {
                var bytes = sealed
                bytes[place] = replacement
                let error = try error(of: bytes)
                #expect(error?.contains(", line ") == true, "byte \(place) as \(replacement): \(error ?? "no error")")
            }
        }
    }

    /// A digit of a number for another digit: still a history, were it not for the sum.
    @Test func noDigitCanBeReplaced() throws {
        for place in sealed.indices where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(sealed[place]) {
            for digit in UInt8(ascii: "0")...UInt8(ascii: "9") where digit != sealed[place] {
                var bytes = sealed
                bytes[place] = digit
                #expect(try error(of: bytes) != nil, "byte \(place) as \(digit)")
            }
        }
    }

    @Test func noByteCanBeRemovedOrAdded() throws {
        for place in sealed.indices {
            var shorter = sealed
            shorter.remove(at: place)
            // Without its last newline a history is whole.
            if place < sealed.count - 1 { #expect(try error(of: shorter) != nil, "byte \(place) removed") }
            var longer = sealed
            longer.insert(UInt8(ascii: " "), at: place)
            #expect(try error(of: longer) != nil, "a space before byte \(place)")
        }
    }

    @Test func aHistoryCannotBeCut() throws {
        for length in 0..<(sealed.count - 1) {
            #expect(try error(of: Array(sealed[..<length])) != nil, "cut after \(length) bytes")
        }
        let error = try error(of: Array(sealed[..<(lines[0].count + lines[1].count + 2)]))
        #expect(error?.hasSuffix("the history was cut: it holds 2 of 4 attempts") == true)
    }

    @Test func theFirstLineThatIsNotRightIsNamed() throws {
        try expect(lines.removing(0), "line 1", "the first line is missing")
        for place in 1..<3 { try expect(lines.removing(place), "line \(place + 1)", "was changed, or lines before it") }
        try expect(lines.removing(3), "the history was cut", "3 of 4 attempts")
        for place in 1..<4 {
            let text = place < 3 ? "was changed, or lines before it" : "here is one more"
            try expect(lines.inserting(lines[place], at: place), "line \(place + 2)", text)
            try expect(lines.inserting([], at: place), "line \(place + 1)", "the line is empty")
        }
        try expect(lines.inserting(lines[0], at: 1), "line 2", "was changed, or lines before it")
        try expect(lines + [lines[3]], "line 5", "holds 4 attempts, and here is one more")
        try expect(lines + [[]], "line 5", "the line is empty")
        for first in 0..<4 {
            for second in (first + 1)..<4 {
                var swapped = lines
                swapped.swapAt(first, second)
                try expect(swapped, "line \(first + 1)", first == 0 ? "first line is missing" : "was changed, or")
            }
        }
    }

    @Test func sealedLinesAndOthersDoNotMix() throws {
        let open = lines.map { line in Array(line.dropLast(26)) + [UInt8(ascii: "}")] }
        let noHeader = Array(String(decoding: open[0], as: UTF8.self).replacing(/"history".*?]},/, with: "").utf8)
        #expect(try error(of: [noHeader, open[1]].joinedLines) == nil, "without any seal it may be read")
        try expect([open[0], open[1]], "line 1", "speaks of the history, but has no sum")
        try expect([lines[0], open[1]], "line 2", "does not end with its sum")
        try expect([noHeader, lines[1]], "line 2", "has a sum, but the first line has none")
        try expect([noHeader, open[0]], "line 2", "another history begins here")
        try expect([noHeader, lines[0]], "line 2", "another history begins here")
    }

    private func expect(_ lines: [[UInt8]], _ place: String, _ text: String) throws {
        let error = try error(of: lines.joinedLines)
        #expect(error?.contains(place) == true && error?.contains(text) == true, "\(error ?? "no error")")
    }

    /// What the reader says of a file with these bytes; nil if it reads to the end.
    private func error(of bytes: [UInt8]) throws -> String? {
        let path = try directory.file(bytes)
        do throws(HistoryError) {
            var reader = try HistoryReader(path: path)
            while try reader.next() != nil {}
            return nil
        } catch {
            return error.description
        }
    }
}

extension [[UInt8]] {
    fileprivate func removing(_ place: Int) -> Self { Array(self[..<place] + self[(place + 1)...]) }

    fileprivate func inserting(_ line: [UInt8], at place: Int) -> Self { self[..<place] + [line] + self[place...] }

    fileprivate var joinedLines: [UInt8] { flatMap { $0 + [UInt8(ascii: "\n")] } }
}
