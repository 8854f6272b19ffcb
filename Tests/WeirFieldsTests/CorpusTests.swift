import HTTPTypes
import Testing
import WeirFields

/// What real servers send, what they must not send, and what nobody would: the files of `corpus` say what is read of it.
@Suite struct CorpusTests {
    @Test(arguments: ["dictionary", "list", "numbers", "retry-after"])
    func eachLineIsReadAsItSays(_ file: String) throws {
        let lines = try CorpusLine.lines(of: file)
        #expect(lines.count > 50)
        for line in lines {
            let reading = RateLimitReading(line.fields, receivedAt: CorpusLine.received)
            #expect(reading.summary == line.expected, "\(line.text)")
        }
    }

    /// Each line of one file after each of another: neither takes anything from the other, whatever is wrong with it.
    @Test func malformedFieldsSpoilNoOthers() throws {
        for odd in try CorpusLine.lines(of: "dictionary") where odd.expected == "nothing" {
            for line in try CorpusLine.lines(of: "retry-after") {
                let reading = RateLimitReading(odd.fields + line.fields, receivedAt: CorpusLine.received)
                guard !line.fields.contains(.rateLimit) else { continue }
                #expect(reading.summary == line.expected, "\(odd.text) with \(line.text)")
            }
        }
    }
}

extension HTTPFields {
    fileprivate static func + (left: HTTPFields, right: HTTPFields) -> HTTPFields {
        var sum = left
        sum.append(contentsOf: right)
        return sum
    }
}
