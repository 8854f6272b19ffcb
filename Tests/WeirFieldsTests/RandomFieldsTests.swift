import HTTPTypes
import SeededRandom
import TestSupport
import Testing
import WeirFields

/// What nobody thought of: random reports come back, and random bytes do no harm.
@Suite struct RandomFieldsTests {
    private static let fieldNames: [HTTPField.Name] = [
        .rateLimit, .rateLimitPolicy, .rateLimitLimit, .rateLimitRemaining, .rateLimitReset, .xRateLimitLimit,
        .xRateLimitRemaining, .xRateLimitReset, .xRateLimitEpochLimit, .xRateLimitEpochRemaining, .xRateLimitEpochReset,
        .retryAfter, .date,
    ]

    @Test func randomReportsComeBack() {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed())
        for _ in 0..<2_000 {
            let time = Duration.seconds(random.number(1_700_000_000...1_900_000_000))
            let reports = (0..<random.number(1...5)).map { report(named: "limit \($0)", &random) }
            let list = RateLimitReading(Dialect.list.fields(for: reports, at: time), receivedAt: time)
            #expect(list.reports == reports)
            for dialect in Dialect.allCases where dialect != .list {
                let fields = dialect.fields(for: reports, at: time)
                let reading = RateLimitReading(fields, receivedAt: time)
                let told = list.tightest.map { LimitReport(limit: $0.limit, remaining: $0.remaining, reset: $0.reset) }
                #expect(reading.reports == [told], "\(dialect): \(fields)")
            }
        }
    }

    private func report(named name: String, _ random: inout SeededGenerator) -> LimitReport {
        let unit = random.once(in: 3) ? random.element(["content-bytes", "concurrent-requests", "\"\\"]) : nil
        let letters = random.bytes(random.number(0...20)).map { Character(Unicode.Scalar(32 + $0 % 95)) }
        return LimitReport(
            name: name + String(letters),
            limit: random.once(in: 9) ? 999_999_999_999_999 : random.number(0...10_000),
            remaining: random.number(0...10_000),
            // As seconds from now, more could be taken for a time of day.
            reset: .seconds(random.number(0...999_999_999)),
            window: .seconds(random.number(1...31_622_400)),
            unit: unit,
            partitionKey: random.once(in: 2) ? random.bytes(random.number(0...20)) : nil
        )
    }

    @Test func randomBytesDoNoHarm() {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed())
        for _ in 0..<10_000 {
            var fields = HTTPFields()
            for _ in 0..<random.number(1...4) {
                fields.append(HTTPField(name: random.element(Self.fieldNames), lenientValue: bytes(&random)))
            }
            let reading = RateLimitReading(fields, receivedAt: .seconds(random.number(-10...2_000_000_000)))
            #expect(!reading.hasNegativeNumbers && reading.reports.count <= 32, "\(fields)")
            #expect(reading.reports.isEmpty == reading.dialects.isEmpty, "\(fields)")
        }
    }

    /// Characters that mean something, so that some of it is nearly right.
    private func bytes(_ random: inout SeededGenerator) -> [UInt8] {
        if random.once(in: 4) { return random.bytes(random.number(0...60)) }
        let words = [
            "limit", "remaining", "reset", "\"a\"", ";r=", ";t=", ";q=", ";w=", ";pk=", ":AQ==:", "=", ", ", ";", "-",
            ".", "0", "7", "58", "1800000060", "99999999999999999999", "GMT", "Fri, 15 Jan 2027 08:00:00 GMT",
            "2027-01-15T08:00:00Z", "+01:00", " ", "\t", "(", ")", "\\", "\"", "%\"", "@", "?1", "*", "é", "T", ":",
        ]
        return (0..<random.number(0...12)).flatMap { _ in Array(random.element(words).utf8) }
    }

    @Test func brokenCopiesOfGoodFieldsDoNoHarm() {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed())
        for _ in 0..<5_000 {
            let dialect = random.element(Dialect.allCases)
            let good = dialect.fields(for: [report(named: "a", &random)], at: CorpusLine.received)
            let broken = good.map { field in
                var bytes = Array(field.value.utf8)
                for _ in 0..<random.number(1...3) where !bytes.isEmpty {
                    bytes[random.number(0...(bytes.count - 1))] = random.bytes(1)[0]
                }
                return HTTPField(name: field.name, lenientValue: bytes)
            }
            let reading = RateLimitReading(HTTPFields(broken), receivedAt: CorpusLine.received)
            #expect(!reading.hasNegativeNumbers, "\(broken)")
        }
    }
}
