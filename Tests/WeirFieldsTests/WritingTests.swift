import HTTPTypes
import Testing
import WeirFields

/// What is written, to the byte.
@Suite struct WritingTests {
    private static let time = Duration.milliseconds(1_795_389_916_300)
    private static let endpoint = LimitReport(
        name: "endpoint",
        limit: 5,
        remaining: 4,
        reset: .milliseconds(57_001),
        window: .seconds(60)
    )
    private static let group = LimitReport(
        name: "group",
        limit: 10_000,
        remaining: 9_995,
        reset: .seconds(86_000),
        window: .seconds(86_400)
    )

    private func lines(_ dialect: Dialect, _ reports: LimitReport..., at time: Duration = time) -> [String] {
        dialect.fields(for: reports, at: time).map { "\($0.name): \($0.value)" }
    }

    @Test func dictionaryTellsTheTightest() {
        #expect(lines(.dictionary, Self.endpoint) == ["RateLimit: limit=5, remaining=4, reset=58"])
        #expect(lines(.dictionary, Self.group, Self.endpoint) == ["RateLimit: limit=5, remaining=4, reset=58"])
    }

    @Test func listTellsAllOfThem() {
        #expect(
            lines(.list, Self.endpoint, Self.group) == [
                #"RateLimit: "endpoint";r=4;t=58, "group";r=9995;t=86000"#,
                #"RateLimit-Policy: "endpoint";q=5;w=60, "group";q=10000;w=86400"#,
            ]
        )
    }

    @Test func listTellsWhatIsCountedAndByWhom() {
        var report = Self.endpoint
        report.unit = "content-bytes"
        report.partitionKey = Array("weir".utf8)
        #expect(
            lines(.list, report) == [
                #"RateLimit: "endpoint";r=4;t=58;pk=:d2Vpcg==:"#,
                #"RateLimit-Policy: "endpoint";q=5;w=60;qu="content-bytes";pk=:d2Vpcg==:"#,
            ]
        )
    }

    @Test func threeFieldsTellSecondsFromNow() {
        #expect(
            lines(.trio, Self.group, Self.endpoint)
                == ["RateLimit-Limit: 5", "RateLimit-Remaining: 4", "RateLimit-Reset: 58"]
        )
        #expect(
            lines(.xRateLimit, Self.group, Self.endpoint)
                == ["X-RateLimit-Limit: 5", "X-RateLimit-Remaining: 4", "X-RateLimit-Reset: 58"]
        )
    }

    @Test func threeFieldsTellTheTimeOfDayRoundedUp() {
        // 1795389916.3 and 57.001 are 1795389973.301.
        #expect(
            lines(.xRateLimitEpoch, Self.group, Self.endpoint)
                == ["X-Rate-Limit-Limit: 5", "X-Rate-Limit-Remaining: 4", "X-Rate-Limit-Reset: 1795389974"]
        )
    }

    @Test func amongEqualsTheLatestResetIsTold() {
        var late = Self.endpoint
        (late.limit, late.reset) = (7, .seconds(300))
        #expect(lines(.dictionary, Self.endpoint, late) == ["RateLimit: limit=7, remaining=4, reset=300"])
        #expect(lines(.dictionary, late, Self.endpoint) == ["RateLimit: limit=7, remaining=4, reset=300"])
    }

    @Test func whatIsNotKnownIsNotTold() {
        #expect(lines(.dictionary, LimitReport(limit: 5, reset: .seconds(58))) == ["RateLimit: limit=5, reset=58"])
        #expect(lines(.list, LimitReport(name: "a", remaining: 4)) == [#"RateLimit: "a";r=4"#])
        #expect(lines(.list, LimitReport(name: "a", limit: 5)) == [#"RateLimit-Policy: "a";q=5"#])
        #expect(lines(.list, LimitReport(limit: 5, remaining: 4, reset: .seconds(58))).isEmpty, "it has no name")
        #expect(
            lines(.trio, LimitReport(limit: 5, reset: .seconds(58))) == ["RateLimit-Limit: 5", "RateLimit-Reset: 58"]
        )
        for dialect in Dialect.allCases where dialect != .list {
            #expect(lines(dialect, LimitReport(limit: 5, remaining: 4)).isEmpty, "the reset is required")
            #expect(lines(dialect, LimitReport(remaining: 4, reset: .seconds(58))).isEmpty, "the limit is required")
            #expect(lines(dialect).isEmpty)
        }
        #expect(lines(.list).isEmpty)
    }

    @Test func aReportWithoutRoomForItHidesNoOther() {
        let unknown = LimitReport(name: "unknown", remaining: 0)
        #expect(lines(.dictionary, unknown, Self.endpoint) == ["RateLimit: limit=5, remaining=4, reset=58"])
        let silent = LimitReport(limit: 1, reset: .seconds(1))
        #expect(lines(.dictionary, silent, Self.endpoint) == ["RateLimit: limit=5, remaining=4, reset=58"])
    }

    @Test func namesAreQuotedAndOthersThanASCIIEncoded() {
        let names = [
            ("a \"b\" \\c", #"RateLimit: "a \"b\" \\c";r=1"#), ("débit", #"RateLimit: "d%C3%A9bit";r=1"#),
            ("a\r\nb: c", #"RateLimit: "a%0D%0Ab: c";r=1"#), ("50%", #"RateLimit: "50%";r=1"#),
            ("", #"RateLimit: "";r=1"#), ("\u{7F}~", #"RateLimit: "%7F~";r=1"#),
        ]
        for (name, line) in names { #expect(lines(.list, LimitReport(name: name, remaining: 1)) == [line]) }
    }

    @Test func numbersStayWithinFifteenDigits() {
        let extremes = LimitReport(
            name: "a",
            limit: .max,
            remaining: .min,
            reset: .seconds(Int64.max),
            window: .seconds(Int64.min)
        )
        let most = "999999999999999"
        #expect(lines(.dictionary, extremes) == ["RateLimit: limit=\(most), remaining=0, reset=\(most)"])
        #expect(
            lines(.list, extremes) == [#"RateLimit: "a";r=0;t=\#(most)"#, #"RateLimit-Policy: "a";q=\#(most)"#],
            "no form allows a window below one second"
        )
        for time in [Duration.seconds(Int64.max), .seconds(Int64.min), .seconds(Int64.max) * 10] {
            #expect(lines(.xRateLimitEpoch, extremes, at: time).count == 3)
        }
    }

    @Test func policiesOfIntegersHaveNoLimitTwice() {
        let daily = LimitReport(name: "daily", limit: 5, window: .seconds(86_400))
        let policy = Dialect.integerPolicy(for: [Self.endpoint, daily, Self.group, LimitReport(limit: 7)])
        #expect(policy?.description == "RateLimit-Policy: 5;w=60, 10000;w=86400")
        #expect(Dialect.integerPolicy(for: [LimitReport(limit: 7), LimitReport(window: .seconds(1))]) == nil)
    }

    @Test func whatIsWrittenIsRead() {
        var reports = [Self.endpoint, Self.group]
        // As it is told: in whole seconds.
        reports[0].reset = .seconds(58)
        reports[1].unit = "content-bytes"
        reports[1].partitionKey = [0, 255, 17]
        let list = RateLimitReading(Dialect.list.fields(for: reports, at: Self.time), receivedAt: Self.time)
        #expect(list.reports == reports && list.dialects == [.list])
        for dialect in Dialect.allCases where dialect != .list {
            let fields = dialect.fields(for: reports, at: .seconds(1_795_389_916))
            let reading = RateLimitReading(fields, receivedAt: .seconds(1_795_389_916))
            #expect(reading.reports == [LimitReport(limit: 5, remaining: 4, reset: .seconds(58))], "\(dialect)")
            #expect(reading.dialects == [dialect])
        }
    }
}
