import Foundation
import StressHistory
import Testing

/// Whatever is wrong with a line is told, with the line and what was expected.
@Suite struct HistoryErrorTests {
    private static let good =
        #"{"process":0,"op":17,"cost":1,"sent":100,"done":200,"outcome":"denied","source":"redis","server":150,"#
        + #""place":1,"windows":[{"rule":"endpoint","subject":"a","limit":5,"window":60000000,"slice":1000,"#
        + #""remaining":4,"reset":17,"violated":false},{"rule":"group","subject":"b","window":60000000,"#
        + #""slice":1000,"used":3,"reset":17,"violated":true,"pool":0}],"retryAfter":5,"error":"word"}"#

    private static let open =
        #"{"process":0,"op":17,"cost":1,"sent":100,"done":200,"outcome":"unknown","windows":[{"rule":"endpoint","#
        + #""subject":"a","limit":5,"window":60000000,"slice":1000}]}"#

    private let directory: HistoryDirectory

    init() throws { directory = try HistoryDirectory() }

    @Test func theLinesThatAreChangedBelowAreRight() throws {
        #expect(try error(of: [Self.good, Self.open]) == nil)
    }

    @Test(arguments: [
        // What is not JSON.
        ("{\"process\"", "[\"process\"", "expected {"),
        ("{\"process\":0", "{process:0", "the name of a field\" is to be a string"),
        ("\"process\":0", "\"process\" 0", "expected :"),
        (",\"op\"", "\"op\"", "expected , or }"),
        (",\"op\"", ",,\"op\"", "the name of a field\" is to be a string"),
        ("\"error\":\"word\"}", "\"error\":\"word\"", "the line ends too early: expected , or }"),
        ("\"error\":\"word\"}", "\"error\":\"wor", "the line ends too early: a string has no end"),
        ("\"error\":\"word\"}", "\"error\":\"word\"}}", "something follows the end"),
        ("\"error\":\"word\"}", "\"error\":\"word\",}", "the name of a field\" is to be a string"),
        ("}],\"retry", "},],\"retry", "expected {"),
        ("}],\"retry", "}}],\"retry", "expected ]"),
        ("\"word\"", "\"wo\u{1}rd\"", "control character"),
        ("\"word\"", "\"wo\\xrd\"", "an escape that JSON does not know"),
        ("\"word\"", "\"wo\\u12g4\"", "\\u without four"),
        ("\"word\"", "\"wo\\u12\"", "\\u without four"),
        ("\"word\"", "\"wo\\ud83d rd\"", "half of a surrogate pair"),
        ("\"word\"", "\"wo\\ude00\"", "half of a surrogate pair"),
        ("\"word\"", "\"wo\\ud83d\\u0041\"", "half of a surrogate pair"),
        // What is of the wrong kind.
        ("\"process\":0", "\"process\":\"0\"", "\"process\" is to be a whole number"),
        ("\"process\":0", "\"process\":null", "\"process\" is to be a whole number"),
        ("\"op\":17", "\"op\":17.5", "without a fraction"),
        ("\"op\":17", "\"op\":1e3", "without a fraction or an exponent"),
        ("\"op\":17", "\"op\":017", "begins with a zero"),
        ("\"op\":17", "\"op\":-", "is to be a whole number"),
        ("\"op\":17", "\"op\":17a", "expected , or }"),
        ("\"outcome\":\"denied\"", "\"outcome\":\"refused\"", "one of allowed, denied, unknown, failed"),
        ("\"outcome\":\"denied\"", "\"outcome\":1", "one of allowed, denied, unknown, failed"),
        ("\"source\":\"redis\"", "\"source\":\"memory\"", "one of redis, denialMemory, policy"),
        ("\"windows\":[", "\"windows\":{", "expected ["),
        ("\"rule\":\"endpoint\"", "\"rule\":1", "\"rule\" is to be a string"),
        ("\"subject\":\"a\"", "\"subject\":null", "\"subject\" is to be a string"),
        ("\"violated\":true", "\"violated\":1", "is to be true or false"),
        ("\"violated\":true", "\"violated\":truth", "is to be true or false"),
        ("\"error\":\"word\"", "\"error\":true", "\"error\" is to be a string"),
        // What is unknown, missing or there twice.
        ("\"place\"", "\"places\"", "unknown field \"places\": expected history, process, op"),
        ("\"pool\"", "\"sum\"", "unknown field \"sum\": expected rule, subject"),
        ("\"place\"", "\"\"", "unknown field \"\""),
        ("\"process\":0,", "", "the field \"process\" is missing"),
        (",\"sent\":100", "", "the field \"sent\" is missing"),
        ("\"outcome\":\"denied\",", "", "the field \"outcome\" is missing"),
        ("\"rule\":\"group\",", "", "the field \"rule\" is missing"),
        ("\"slice\":1000,\"used\"", "\"used\"", "the field \"slice\" is missing"),
        ("\"op\":17", "\"op\":17,\"op\":17", "the field \"op\" is there twice"),
        ("\"used\":3", "\"used\":3,\"used\":3", "the field \"used\" is there twice"),
        // What is too large or too small.
        ("\"process\":0", "\"process\":-1", "\"process\" is out of range: expected 0 to"),
        ("\"op\":17", "\"op\":9007199254740993", "\"op\" is out of range"),
        // 2^64 + 17, which 64 bits would take for 17.
        ("\"op\":17", "\"op\":18446744073709551633", "\"op\" is out of range"),
        ("\"cost\":1", "\"cost\":2147483649", "\"cost\" is out of range: expected -2147483648 to 2147483648"),
        ("\"cost\":1", "\"cost\":-2147483649", "\"cost\" is out of range"),
        ("\"sent\":100", "\"sent\":-1", "\"sent\" is out of range"),
        ("\"done\":200", "\"done\":9007199254740993", "\"done\" is out of range"),
        ("\"done\":200", "\"done\":99", "\"done\" is before \"sent\""),
        ("\"server\":150", "\"server\":-1", "\"server\" is out of range"),
        ("\"place\":1", "\"place\":-1", "\"place\" is out of range"),
        ("\"retryAfter\":5", "\"retryAfter\":-5", "\"retryAfter\" is out of range"),
        ("\"window\":60000000", "\"window\":999", "\"window\" is out of range: expected 1000 to 31622400000000"),
        ("\"window\":60000000", "\"window\":31622400000001", "\"window\" is out of range"),
        ("\"slice\":1000", "\"slice\":0", "\"slice\" is out of range"),
        ("\"slice\":1000", "\"slice\":60000001", "\"slice\" is out of range: expected 1 to 60000000"),
        ("\"limit\":5", "\"limit\":-1", "\"limit\" is out of range"),
        ("\"limit\":5", "\"limit\":281474976710657", "\"limit\" is out of range"),
        ("\"remaining\":4", "\"remaining\":6", "\"remaining\" is out of range: expected 0 to 5"),
        ("\"remaining\":4", "\"remaining\":-1", "\"remaining\" is out of range"),
        ("\"reset\":17", "\"reset\":-1", "\"reset\" is out of range"),
        ("\"error\":\"word\"", "\"error\":\"\"", "\"error\" is to be a word of 1 to 64 bytes"),
        // What cannot be so.
        ("\"pool\":0", "\"pool\":1", "\"pool\" of window 1 is 1: expected the place of another"),
        ("\"pool\":0", "\"pool\":2", "\"pool\" of window 1 is 2"),
        (
            "\"rule\":\"group\",\"subject\":\"b\"", "\"rule\":\"endpoint\",\"subject\":\"a\"",
            "windows 0 and 1 are the same"
        ),
        ("\"source\":\"redis\",", "", "\"source\" is missing"),
        ("\"server\":150,", "", "\"server\" is missing"),
        ("\"remaining\":4,", "", "\"remaining\" is missing"),
        ("\"used\":3,", "", "a window without a limit is to tell \"used\""),
        ("\"used\":3", "\"used\":3,\"remaining\":3", "\"remaining\" is told of a window without a limit"),
        ("\"remaining\":4", "\"remaining\":4,\"used\":1", "\"used\" is only for a window without a limit"),
        ("\"reset\":17,\"violated\":true", "\"violated\":true", "\"reset\" is missing"),
        (",\"violated\":true", "", "\"violated\" is missing"),
        ("\"denied\"", "\"allowed\"", "\"retryAfter\" is only for what was denied"),
        ("\"denied\"", "\"failed\"", "\"source\" is told, but there was no decision"),
    ])
    func aDecisionThatIsNotRightIsAnError(right: String, wrong: String, message: String) throws {
        try expect(Self.good, right, wrong, message)
    }

    @Test(arguments: [
        ("\"outcome\":\"unknown\"", "\"outcome\":\"unknown\",\"server\":150", "\"server\" is told"),
        ("\"outcome\":\"unknown\"", "\"outcome\":\"failed\",\"place\":1", "\"place\" is told"),
        ("\"outcome\":\"unknown\"", "\"outcome\":\"failed\",\"retryAfter\":1", "\"retryAfter\" is told"),
        ("\"slice\":1000", "\"slice\":1000,\"remaining\":1", "\"remaining\" is told"),
        ("\"slice\":1000", "\"slice\":1000,\"reset\":1", "\"reset\" is told"),
        ("\"slice\":1000", "\"slice\":1000,\"violated\":true", "\"violated\" is told"),
        ("\"windows\":[{", "\"windows\":[],\"x\":[{", "unknown field \"x\""),
    ])
    func anAttemptWithoutDecisionTellsNothingOfOne(right: String, wrong: String, message: String) throws {
        try expect(Self.open, right, wrong, message)
    }

    @Test func anAttemptHasOneTo64Windows() throws {
        let part = Self.open.components(separatedBy: "[")[1].components(separatedBy: "]")[0]
        func line(_ count: Int) -> String {
            let windows = (0..<count).map { part.replacing("\"a\"", with: "\"\($0)\"") }
            return Self.open.replacing(part, with: windows.joined(separator: ","))
        }
        #expect(try error(of: [line(64)]) == nil)
        #expect(try error(of: [line(65)])?.contains("line 1, byte ") == true)
        #expect(try error(of: [line(65)])?.contains("an attempt has at most 64 windows") == true)
        #expect(try error(of: [line(0)])?.contains("there are 0 windows: expected 1 to 64") == true)
    }

    @Test func whatIsNoLineIsAnError() throws {
        #expect(try error(ofBytes: [])?.hasSuffix("is empty: a history holds one attempt a line") == true)
        #expect(try error(of: [Self.good, "", Self.open])?.contains("line 2: the line is empty") == true)
        #expect(try error(of: [" \t"])?.contains("line 1, byte 3: the line ends too early: expected {") == true)
        #expect(try error(of: [Self.good, "hello"])?.contains("line 2, byte 1: expected {") == true)
        #expect(try error(of: [Self.good + Self.good])?.contains("something follows the end of the object") == true)
        #expect(try error(ofBytes: Array("\u{FEFF}\(Self.good)".utf8))?.contains("line 1, byte 1: expected {") == true)
        #expect(try error(ofBytes: [0, 0, 0])?.contains("line 1, byte 1: expected {") == true)
        // To Swift they are the same, to a limiter they are not.
        let (composed, decomposed) = (Self.open.replacing("\"a\"", with: "\"\u{E9}\""), "\"e\u{301}\"")
        let other = Self.open.replacing("\"a\"", with: decomposed)
        #expect(try error(of: [composed, composed]) == nil)
        #expect(try error(of: [composed, other])?.contains("only in the form of its Unicode") == true)
        let latin = Array(Self.good.utf8).map { $0 == UInt8(ascii: "w") ? 0xE4 : $0 }
        #expect(try error(ofBytes: latin) != nil)
        let subject = Self.good.replacing("\"a\"", with: "\"ä\"")
        let broken = Array(subject.utf8).filter { $0 != 0xA4 }
        #expect(try error(ofBytes: broken)?.contains("a string is not UTF-8") == true)
    }

    @Test func aLineThatIsCutAnywhereIsAnError() throws {
        let whole = Array((Self.good + "\n" + Self.open).utf8)
        #expect(try error(ofBytes: whole) == nil)
        let first = Self.good.utf8.count
        for length in 1..<whole.count where length != first && length != first + 1 {
            let error = try error(ofBytes: Array(whole[..<length]))
            #expect(error?.contains("line \(length < first ? 1 : 2), byte ") == true, "\(length): \(error ?? "none")")
            #expect(error?.hasSuffix("the last line has no newline: was the file cut?") == true)
        }
    }

    @Test(arguments: [
        ("\"version\":1", "\"version\":2", "the history has version 2: this program reads 1"),
        ("\"attempts\":1", "\"attempts\":0", "\"attempts\" is out of range"),
        ("\"seed\":3", "\"seed\":18446744073709551616", "\"seed\" is out of range"),
        ("\"seed\":3", "\"seed\":-3", "\"seed\" is to be a whole number"),
        ("\"seed\":3,", "", "the field \"seed\" is missing"),
        ("\"kind\":\"pause\"", "\"kind\":\"paws\"", "\"kind\" is to be one of script-flush, client-kill"),
        ("\"from\":1", "\"from\":3", "\"until\" is before \"from\""),
        ("\"until\":2", "\"until\":2,\"process\":-1", "\"process\" is out of range"),
        ("\"until\":2", "\"until\":2,\"promoted\":3", "\"promoted\" is not between \"from\" and \"until\""),
        ("\"until\":2", "\"until\":2,\"slots\":\"5-4\"", "\"slots\" is to be slots from 0 to 16383"),
        ("\"until\":2", "\"until\":2,\"slots\":\"0-16384\"", "\"slots\" is to be slots from 0 to 16383"),
        ("\"until\":2", "\"until\":2,\"slots\":\"\"", "\"slots\" is to be slots from 0 to 16383"),
        ("\"until\":2", "\"until\":2,\"slots\":7", "\"slots\" is to be a string"),
        ("\"faults\":[{", "\"faults\":[[{", "expected {"),
        ("\"faults\"", "\"fault\"", "unknown field \"fault\": expected version, attempts, seed, faults"),
    ])
    func aFirstLineThatIsNotRightIsAnError(right: String, wrong: String, message: String) throws {
        try expect(
            String(decoding: directory.sealedHistory(attempts: 1).dropLast(), as: UTF8.self),
            right,
            wrong,
            message
        )
    }

    /// After an error there is no going on: the rest would pass for a whole history.
    @Test func anErrorStays() throws {
        let path = try directory.file(Array("\(Self.good)\nx\n\(Self.open)\n".utf8))
        var reader = try HistoryReader(path: path)
        #expect(try reader.next() != nil)
        for _ in 0..<2 {
            let error = #expect(throws: HistoryError.self) { try reader.next() }
            #expect(error?.description.contains("line 2") == true)
        }
    }

    private func expect(_ line: String, _ right: String, _ wrong: String, _ message: String) throws {
        let changed = line.replacing(right, with: wrong, maxReplacements: 1)
        try #require(changed != line, "the line does not say \(right)")
        let first = line == Self.good || line == Self.open
        let error = try error(of: first ? [Self.good, changed] : [changed])
        #expect(error?.contains(first ? ", line 2" : ", line 1") == true, "\(error ?? "no error")")
        #expect(error?.contains(message) == true, "\(error ?? "no error")")
    }

    private func error(of lines: [String]) throws -> String? {
        try error(ofBytes: Array(lines.map { $0 + "\n" }.joined().utf8))
    }

    private func error(ofBytes bytes: [UInt8]) throws -> String? {
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
