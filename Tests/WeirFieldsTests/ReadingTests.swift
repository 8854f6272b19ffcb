import HTTPTypes
import Testing
import WeirFields

/// What a single line of the corpus cannot say.
@Suite struct ReadingTests {
    private func reading(
        _ fields: [(HTTPField.Name, String)],
        at time: Duration = CorpusLine.received
    ) -> RateLimitReading {
        RateLimitReading(HTTPFields(fields.map { HTTPField(name: $0, value: $1) }), receivedAt: time)
    }

    @Test func aResponseWithoutFieldsTellsNothing() {
        let reading = reading([(.contentType, "text/plain")])
        #expect(reading.reports.isEmpty && reading.dialects.isEmpty)
        #expect(reading.retryAfter == nil && reading.tightest == nil)
    }

    @Test func allDialectsOfAResponseAreRead() {
        let reading = reading([
            (.xRateLimitEpochLimit, "1"), (.xRateLimitLimit, "2"), (.rateLimitLimit, "3"),
            (.rateLimitPolicy, #""a";q=4"#), (.rateLimit, "limit=5, reset=1"),
        ])
        #expect(reading.dialects == Set(Dialect.allCases))
        #expect(reading.reports.map(\.limit) == [4, 5, 3, 2, 1])
    }

    @Test func theTightestLeavesLeastAndResetsLast() {
        let list = #""a";r=5;t=9, "b";r=3;t=1, "c";r=3;t=7, "d";r=3"#
        #expect(reading([(.rateLimit, list)]).tightest?.name == "c")
        let policy = reading([(.rateLimitPolicy, #""a";q=1"#), (.xRateLimitRemaining, "100")])
        #expect(policy.tightest?.remaining == 100, "nobody knows what the policy leaves")
    }

    @Test func notMoreThan32ReportsAreRead() {
        let items = (0..<500).map { #""\#($0)";r=\#($0)"# }.joined(separator: ",")
        let reading = reading([(.rateLimit, items), (.xRateLimitLimit, "5")])
        #expect(reading.reports.map(\.remaining) == (0..<32).map { $0 })
    }

    @Test func whatIsLongerThan8KilobytesIsIgnored() {
        for (excess, isRead) in [(0, true), (1, false)] {
            let padding = String(repeating: "x", count: 8192 - #""";r=1"#.utf8.count + excess)
            #expect(reading([(.rateLimit, "\"\(padding)\";r=1")]).reports.isEmpty != isRead)
            let lines = reading([
                (.rateLimit, #""a";r=1"#), (.rateLimit, "\"\(padding.dropFirst(#""a";r=1, "#.utf8.count))\";r=2"),
            ])
            #expect(lines.reports.count == (isRead ? 2 : 0))
            let number = String(repeating: "0", count: 8191 + excess) + "7"
            #expect(reading([(.xRateLimitLimit, number)]).reports.map(\.limit) == (isRead ? [7] : []))
            #expect(reading([(.retryAfter, number)]).retryAfter == (isRead ? .seconds(7) : nil))
        }
    }

    @Test func anyTimeOfReceiptWillDo() {
        let times: [Duration] = [
            .zero, .seconds(-1), .seconds(Int64.max), .seconds(Int64.min), .seconds(Int64.max) * 10,
        ]
        for time in times {
            for value in ["1800000000", "1800000000000", "2027-01-15T08:00:00Z", "Friday, 15-Jan-27 08:00:00 GMT"] {
                let reading = reading([(.xRateLimitReset, value), (.retryAfter, value)], at: time)
                #expect(!reading.hasNegativeNumbers)
            }
        }
    }

    @Test func theServersClockWinsOverOurs() {
        // Ours is an hour late.
        let reading = reading(
            [
                (.date, "Fri, 15 Jan 2027 08:00:00 GMT"), (.xRateLimitEpochReset, "1800000043"),
                (.retryAfter, "Fri, 15 Jan 2027 08:00:43 GMT"),
            ],
            at: .seconds(1_800_000_000 - 3600)
        )
        #expect(reading.tightest?.reset == .seconds(43) && reading.retryAfter == .seconds(43))
    }

    @Test func secondsOfTheDayAreCountedFromTheMomentOfReceipt() {
        let reading = reading([(.xRateLimitEpochReset, "1800000043")], at: .milliseconds(1_800_000_000_400))
        #expect(reading.tightest?.reset == .milliseconds(42_600))
    }
}
