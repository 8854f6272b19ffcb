import Foundation
import StressHarness
import StressHistory
import Testing

@Suite struct ReportTests {
    @Test func aRunWithoutViolationsSaysSoInOneSentence() {
        let html = Report(.example()).html
        #expect(html.contains("No invariant was broken in 90,000 decisions by 2 processes."))
        #expect(!html.contains("✗"))
        #expect(!html.contains("id=\"violations\""))
    }

    @Test func violationsAreNamedCountedAndToldInFull() {
        var summary = RunSummary.example()
        summary.verdicts[0].violations = 2
        summary.totals.violations = 3
        summary.violations = ["S1 endpoint u-17 at 40.812 s: 107 of 100 units", "another"]
        let html = Report(summary).html
        #expect(html.contains("3 violations: S1 Promise 1 (2), in 90,000 decisions by 2 processes."))
        #expect(html.contains("✗ broken 2 times"))
        #expect(html.contains("<li><code>S1 endpoint u-17 at 40.812 s: 107 of 100 units</code></li>"))
        #expect(html.contains("1 violation more"))
    }

    @Test(arguments: ["verdicts", "totals", "lines"])
    func oneThatIsCountedAnywhereIsEnough(place: String) {
        var summary = RunSummary.example()
        switch place {
        case "verdicts": summary.verdicts[5].violations = 1
        case "totals": summary.totals.violations = 1
        default: summary.violations = ["S6"]
        }
        let html = Report(summary).html
        #expect(html.contains("1 violation"))
        #expect(!html.contains("No invariant was broken"))
    }

    @Test func aRunThatDecidedNothingProvesNothing() {
        var summary = RunSummary.example()
        summary.totals.decisions = 0
        #expect(!Report(summary).html.contains("No invariant was broken"))
        summary = .example()
        summary.verdicts = []
        #expect(!Report(summary).html.contains("No invariant was broken"))
    }

    @Test func anEmptyRunHasAPageToo() {
        var summary = RunSummary.example(seconds: 1)
        summary.setting.seconds = .nan
        summary.totals.decisionsPerSecond = .infinity
        summary.course = []
        summary.windows = []
        summary.processes = []
        summary.bucket = 0
        #expect(TagReader(Report(summary).html).faults.isEmpty)
        summary.windows = [RunSummary.WindowTrace(rule: "r", subject: "s", period: 0, bucket: 0, samples: [])]
        #expect(TagReader(Report(summary).html).faults.isEmpty)
    }

    @Test func whatComesFromOutsideBringsNoTags() {
        // An accent after the bracket: as a character it is another, and a browser sees a tag all the same.
        let evil = "</title></svg><script>alert(1)</script><\u{338}img onerror='x' a=\"y\">\u{0}\u{202e}&amp;"
        var summary = RunSummary.example()
        summary.setting.place = evil
        summary.setting.redisVersion = evil
        summary.setting.machine = evil
        summary.setting.command = evil
        summary.windows[0].rule = evil
        summary.windows[0].subject = evil
        summary.disturb(3, effect: evil)
        summary.verdicts[0] = RunSummary.Verdict(name: evil, title: evil, meaning: evil, violations: 1)
        summary.violations = [evil]
        let html = Report(summary).html
        let reader = TagReader(html)
        #expect(reader.faults.isEmpty)
        #expect(reader.names.isDisjoint(with: ["script", "img", ""]))
        #expect(!html.unicodeScalars.contains { "\u{0}\u{202e}".unicodeScalars.contains($0) })
        #expect(html.contains("&amp;amp;"))
        #expect(TagReader(OccupancyPicture(summary, of: summary.windows[0]).svg).faults.isEmpty)
    }

    @Test func passwordsInAddressesAreLeftOut() {
        var summary = RunSummary.example()
        summary.setting.place = "redis://me:hunter2@10.0.0.5:6379/2"
        summary.setting.command = "weir-stress --redis rediss://:p@ss/hunter2@host --seconds 5"
        let html = Report(summary).html
        #expect(!html.contains("hunter2"))
        #expect(html.contains("10.0.0.5:6379/2"))
        #expect(html.contains("--seconds 5"))
    }

    @Test func thePageNeedsNothingButItself() {
        var summary = RunSummary.example()
        summary.disturb(Fault.Kind.allCases.count)
        let html = Report(summary).html
        for source in ["http:", "https:", "src=", "@import", "<script", "javascript:"] {
            #expect(!html.contains(source))
        }
        #expect(html.contains("default-src 'none'"))
        #expect(html.components(after: "url(").allSatisfy { $0.hasPrefix("#") })
    }

    @Test func everyFaultIsInTheTableInTheOrderInWhichItBegan() throws {
        var summary = RunSummary.example()
        summary.disturb(Fault.Kind.allCases.count)
        summary.disturbances.reverse()
        let html = Report(summary).html
        let table = try #require(html.components(after: "id=\"faults\"").first)
        let places = try summary.disturbances.reversed().map { disturbance in
            try #require(table.range(of: "<b>\(disturbance.fault.kind.rawValue)</b>")).lowerBound
        }
        #expect(places == places.sorted())
        #expect(table.contains(">\(Fault.Kind.allCases.count).00<"))
    }

    @Test func aFailoverTellsWhenThereWasServiceAgain() {
        var summary = RunSummary.example()
        summary.disturb(2)
        summary.disturbances[0].fault.slots = "0-5460 5470"
        summary.disturbances[0].service = RunSummary.Service(
            promotion: 3_120_000,
            firstDecision: 52_000,
            lastError: nil
        )
        summary.disturbances[1].service = RunSummary.Service(promotion: 2_000_000, firstDecision: nil, lastError: 610)
        let html = Report(summary).html
        #expect(html.contains("; slots 0-5460 5470"))
        #expect(html.contains("Promotion after 3.12 s, first decision 52 ms later, no error."))
        #expect(html.contains("Promotion after 2 s, then no decision, last error 610 µs after the promotion."))
    }

    @Test func aRunWithoutFaultsSaysSo() {
        let html = Report(.example()).html
        #expect(html.contains("No fault was made"))
        #expect(!html.contains("class=\"fault\""))
    }

    @Test func anAdmissionOverTheLimitIsMarked() {
        var summary = RunSummary.example()
        summary.windows[0].samples[41].most = 107
        summary.windows[0].samples[41].overshoot = 7
        for picture in [Report(summary).html, OccupancyPicture(summary, of: summary.windows[0]).svg] {
            #expect(picture.contains("class=\"cross\""))
            #expect(picture.contains("7 over at 41 s"))
        }
    }

    @Test func whatIsLeftFromBeforeALimitWasLoweredIsNoBreach() {
        var summary = RunSummary.example()
        for place in 30..<60 { summary.windows[0].samples[place].limit = 50 }
        let html = Report(summary).html
        #expect(html.contains("admitted before the limit was lowered"))
        #expect(html.contains("the limit was from 50 to 100 and changed once"))
        #expect(!html.contains("class=\"cross\""))
    }

    @Test func aLongRunWithManyFaultsAndViolationsStaysBelowAMegabyte() {
        var summary = RunSummary.example(seconds: 1800, bucket: 100_000)
        summary.disturb(3600, effect: String(repeating: "<&\"", count: 100))
        summary.windows = Array(repeating: summary.windows[0], count: 9)
        summary.processes = Array(repeating: summary.processes[0], count: 500)
        summary.violations = Array(repeating: String(repeating: "\"", count: 400), count: 5000)
        summary.totals.violations = 123_456
        let html = Report(summary).html
        #expect(html.utf8.count < 1_000_000)
        #expect(TagReader(html).faults.isEmpty)
        #expect(html.contains("violations more"))
        #expect(html.contains("more are in the history"))
        #expect(html.contains("400 processes are not shown"))
    }

    @Test func thePictureHasAGroundAndBothThemes() {
        var summary = RunSummary.example()
        summary.disturb(Fault.Kind.allCases.count)
        let svg = OccupancyPicture(summary, of: summary.windows[0]).svg
        #expect(TagReader(svg).faults.isEmpty)
        #expect(svg.contains("class=\"paper\""))
        #expect(svg.contains("prefers-color-scheme: dark"))
        // Where there are no variables, there is no colour.
        #expect(!svg.contains("var("))
        for kind in Fault.Kind.allCases { #expect(svg.contains(">\(kind.rawValue)</text>")) }
    }
}

extension String {
    /// What comes after each place where a text is.
    fileprivate func components(after text: String) -> [Substring] { split(separator: text).dropFirst().map { $0 } }
}
