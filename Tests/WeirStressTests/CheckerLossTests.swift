import StressChecker
import StressHistory
import Testing

/// What the checker says of single failovers, decision by decision.
@Suite struct CheckerLossTests {
    /// Three units are admitted, the third to another owner's window too late to be replicated; the primary is killed at
    /// 10,000 and its replica decides from 1,000,000 on.
    private func story(used: Int, other: Int, slots: String? = nil) -> FailoverStory {
        var story = FailoverStory(slots: slots)
        story.tell(.allowed, at: 1000, window: 0, used: 1)
        story.tell(.allowed, at: 5000, window: 1, used: 1)
        story.tell(.allowed, at: 9000, window: 0, used: 2)
        story.tell(.allowed, 0, at: 1_000_000, window: 0, used: used)
        story.tell(.allowed, 0, at: 1_000_500, window: 1, used: other)
        return story
    }

    @Test(arguments: [(2, 1, 0, 0), (1, 1, 1, 1000), (1, 0, 2, 5000), (0, 0, 3, 9000)])
    func `the end of what was acknowledged may be lost`(used: Int, other: Int, lost: Int, age: Int) throws {
        let findings = story(used: used, other: other).findings()
        #expect(findings.isClean, "\(findings.violations.flatMap(\.lines))")
        let loss = try #require(findings.losses.first)
        #expect(findings.losses.count == 1 && loss.isExplained)
        #expect(loss.least == Loss.Extent(decisions: lost, units: lost, age: age))
        #expect(loss.most == loss.least)
    }

    @Test(arguments: [(2, 0), (0, 1)])
    func `what came before something that survived is not lost`(used: Int, other: Int) throws {
        let findings = story(used: used, other: other).findings()
        #expect(findings.counts == [.conservation: 1], "\(findings.violations.flatMap(\.lines))")
        #expect(try #require(findings.losses.first).isExplained == false)
        #expect(findings.violations.first?.evidence.isEmpty == false)
    }

    @Test func `a failover excuses the slots of its primary alone`() {
        // Of the windows, the first is in the slots that were hit, and the second is not.
        #expect(story(used: 1, other: 1, slots: "\(FailoverStory.slots[0])").findings().isClean)
        #expect(story(used: 2, other: 0, slots: "\(FailoverStory.slots[0])").findings().counts == [.conservation: 1])
        #expect(story(used: 2, other: 0, slots: "\(FailoverStory.slots[1])").findings().isClean)
        #expect(story(used: 1, other: 0, slots: "\(FailoverStory.slots[1])").findings().counts == [.conservation: 1])
    }

    @Test func `without a failover nothing may be lost`() {
        var story = story(used: 1, other: 1)
        story.faults = []
        #expect(story.findings().counts == [.conservation: 1])
        #expect(story.findings().losses.isEmpty)
    }

    @Test(arguments: [(9_999_000, true), (10_001_000, false)])
    func `what was acknowledged ten seconds before is not lost`(age: Int, isExplained: Bool) {
        var story = FailoverStory()
        story.tell(.allowed, at: 1000, window: 0, used: 1)
        story.tell(.allowed, at: 2000, window: 0, used: 2)
        story.tell(.allowed, 0, at: 2_000_000 + age, window: 0, used: 1)
        story.faults = [story.failover(from: 2000 + age, promoted: 1_900_000 + age)]
        #expect(story.findings().isClean == isExplained)
        #expect(story.findings().losses.first?.isExplained == isExplained)
    }

    @Test func `what goes beyond a limit because of lost units is told, and no violation`() throws {
        var story = FailoverStory()
        for used in 1...9 { story.tell(.allowed, at: 1000 * used, window: 0, used: used) }
        // Two were lost, so two more are admitted.
        story.tell(.allowed, at: 1_000_000, window: 0, used: 8)
        story.tell(.allowed, at: 1_000_100, window: 0, used: 9)
        #expect(story.findings().isClean)
        let loss = try #require(story.findings().losses.first)
        #expect(loss.least.units == 2)
        #expect(loss.overshoots == 2 && loss.largestOvershoot == 2 && loss.overshotWindow == 0)
        #expect(loss.text.contains("2 admissions went beyond a limit, by 2 at the most"))
        // Whoever admits one more than the loss leaves room for is unsafe.
        story.tell(.allowed, at: 1_000_200, window: 0, used: 9)
        #expect(story.broken == ["S1", "S3"])
    }

    @Test func `a lost unit leaves the trailing window like any other`() throws {
        var story = FailoverStory()
        for used in 1...9 { story.tell(.allowed, at: 1000 * used, window: 0, used: used) }
        // By then the fifth has left the trailing window, but not the slices; nothing is left of the last five.
        story.tell(.allowed, 9, at: FailoverStory.period + 5000, window: 0, used: 9)
        story.attempts[9].windows[0].reset = FailoverStory.period + 1000
        story.faults = [story.failover(from: 10_000, promoted: FailoverStory.period - 1000)]
        let loss = try #require(story.findings().losses.first)
        #expect(story.findings().isClean, "\(story.findings().violations.flatMap(\.lines))")
        #expect(loss.least.decisions == 5 && loss.most.decisions == 9)
        #expect(loss.overshoots == 1 && loss.largestOvershoot == 4)
    }

    @Test func `a refund may be lost as well`() throws {
        var story = FailoverStory()
        story.tell(.allowed, 3, at: 1000, window: 0, used: 3)
        story.tell(.allowed, -2, at: 9000, window: 0, used: 1)
        story.tell(.allowed, 0, at: 1_000_000, window: 0, used: 3)
        let loss = try #require(story.findings().losses.first)
        #expect(story.findings().isClean)
        #expect(loss.least == Loss.Extent(decisions: 1, units: 0, age: 1000))
    }

    @Test func `what the primary decided while it was being killed belongs to it`() throws {
        var story = FailoverStory()
        story.tell(.allowed, at: 9000, window: 0, used: 1)
        story.tell(.allowed, at: 10_200, window: 0, used: 2)
        story.tell(.allowed, at: 10_400, window: 0, used: 3)
        // The promotion was seen a little after it.
        story.tell(.allowed, at: 989_000, window: 0, used: 3)
        story.tell(.allowed, at: 1_000_000, window: 0, used: 4)
        let loss = try #require(story.findings().losses.first)
        #expect(story.findings().isClean, "\(story.findings().violations.flatMap(\.lines))")
        #expect(loss.least.decisions == 1)
    }

    /// Whether it counted before the cut or after the promotion: both are possible, and more is not.
    @Test func `an attempt that nobody saw the end of may have survived or not`() {
        for (used, isPossible) in [(0, true), (1, true), (3, true), (4, false)] {
            var story = FailoverStory()
            story.tell(.allowed, at: 1000, window: 0, used: 1)
            story.end(.unknown, 2, sent: 8000, done: 300_000, window: 0)
            story.tell(.allowed, 0, at: 1_000_000, window: 0, used: used)
            #expect(story.findings().isClean == isPossible, "\(used)")
        }
    }

    @Test func `an attempt that was seen to have counted may be lost after all`() {
        var story = FailoverStory()
        story.end(.unknown, 2, sent: 1000, done: 3000, window: 0)
        story.tell(.allowed, at: 5000, window: 0, used: 3)
        #expect(story.findings().unknownCounted == 1)
        story.tell(.allowed, 0, at: 4_000_000, window: 0, used: 0)
        let findings = story.findings()
        #expect(findings.isClean, "\(findings.violations.flatMap(\.lines))")
        #expect(findings.unknownCounted + findings.unknownNotCounted + findings.unknownUndecided == 1)
    }

    @Test func `two failovers of one primary lose what each of them may`() {
        var story = FailoverStory()
        for used in 1...3 { story.tell(.allowed, at: 1000 * used, window: 0, used: used) }
        story.tell(.allowed, at: 1_000_000, window: 0, used: 3)
        story.tell(.allowed, at: 1_000_100, window: 0, used: 4)
        story.tell(.allowed, 0, at: 3_000_000, window: 0, used: 3)
        story.faults.append(story.failover(from: 1_500_000, promoted: 2_900_000))
        #expect(story.findings().isClean, "\(story.findings().violations.flatMap(\.lines))")
        #expect(story.findings().losses.map(\.least.decisions) == [1, 1])
        // What the first left and the second replica had is not lost with the second.
        story.attempts[5].windows[0].remaining = FailoverStory.limit - 1
        #expect(story.findings().counts == [.conservation: 1])
    }

    /// The second window is not looked at before another failover begins, so what it lost is known only later.
    @Test(arguments: [(0, true), (1, true), (2, false)])
    func `what was not seen in time may have been lost or not`(used: Int, isPossible: Bool) throws {
        var story = FailoverStory()
        story.tell(.allowed, at: 1000, window: 0, used: 1)
        story.tell(.allowed, at: 9000, window: 1, used: 1)
        story.tell(.allowed, 0, at: 1_000_000, window: 0, used: 1)
        story.tell(.allowed, 0, at: 3_000_000, window: 1, used: used)
        story.tell(.allowed, FailoverStory.limit - used, at: 3_000_100, window: 1, used: FailoverStory.limit)
        if used == 0 { story.attempts[4].windows[0].reset = FailoverStory.period + 900 }
        story.faults.append(story.failover(from: 1_500_000, promoted: 2_900_000))
        #expect(story.findings().isClean == isPossible, "\(story.findings().violations.flatMap(\.lines))")
        let loss = try #require(story.findings().losses.first)
        #expect(loss.least.decisions == 0 && loss.most.decisions == 1)
    }

    @Test func `a failover whose windows nobody can place is not excused`() {
        var story = story(used: 1, other: 1, slots: FailoverStory.slots[0])
        story.hasKeys = false
        #expect(story.findings().counts == [.form: 1, .conservation: 1])
        story.hasKeys = true
        story.faults[0].slots = "5-4"
        #expect(story.findings().counts == [.form: 1, .conservation: 1])
    }

    @Test func `a decision is in one slot`() {
        var story = story(used: 2, other: 1, slots: FailoverStory.slots[0])
        story.attempts[0].windows.append(story.attempts[1].windows[0])
        #expect(story.findings().counts[.form] == 1)
    }
}
