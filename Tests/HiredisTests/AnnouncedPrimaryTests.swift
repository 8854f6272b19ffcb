import Testing

@testable import Hiredis

@Suite struct AnnouncedPrimaryTests {
    private let start = ContinuousClock.now
    private let old = RedisAddress.Endpoint.tcp(host: "10.0.0.1", port: 6379)
    private let new = RedisAddress.Endpoint.tcp(host: "10.0.0.2", port: 6379)
    private let third = RedisAddress.Endpoint.tcp(host: "10.0.0.3", port: 6379)

    private func news(_ endpoint: RedisAddress.Endpoint) -> AnnouncedPrimary.Statement {
        AnnouncedPrimary.Statement(endpoint: endpoint, isNews: true)
    }

    private func answer(_ endpoint: RedisAddress.Endpoint) -> AnnouncedPrimary.Statement {
        AnnouncedPrimary.Statement(endpoint: endpoint, isNews: false)
    }

    @Test func whereNobodySaidAnythingAllIsWell() {
        var announced = AnnouncedPrimary()
        announced.attemptBegins()
        let verdict = announced.reached(old, at: start)
        #expect(verdict == .use)
    }

    @Test func anAttemptThatBeganBeforeIsOvertaken() {
        for statement in [news(new), answer(new)] {
            var announced = AnnouncedPrimary()
            announced.attemptBegins()
            let holds = announced.heard(statement, at: start)
            let verdict = announced.reached(old, at: start)
            #expect(holds && verdict == .overtaken)
        }
    }

    @Test func theDeposedPrimaryIsNotGoneBackToHoweverOftenTheNewOneFails() {
        var announced = AnnouncedPrimary()
        _ = announced.heard(news(new), at: start)
        var verdicts: [AnnouncedPrimary.Verdict] = []
        for seconds in [0, 1, 9] {
            announced.attemptBegins()
            verdicts.append(announced.reached(old, at: start + .seconds(seconds)))
        }
        announced.attemptBegins()
        verdicts.append(announced.reached(new, at: start + .seconds(9)))
        #expect(verdicts == [.contradicted, .contradicted, .contradicted, .use])
    }

    @Test func aPromotionThatFailedForGoodIsForgotten() {
        var announced = AnnouncedPrimary()
        _ = announced.heard(news(new), at: start)
        announced.attemptBegins()
        let before = announced.reached(old, at: start + AnnouncedPrimary.validity - .milliseconds(1))
        let after = announced.reached(old, at: start + AnnouncedPrimary.validity)
        #expect(before == .contradicted && after == .use)
    }

    @Test func theSameNewsAgainCountsFromThen() {
        var announced = AnnouncedPrimary()
        _ = announced.heard(news(new), at: start)
        _ = announced.heard(news(new), at: start + .seconds(8))
        announced.attemptBegins()
        let verdict = announced.reached(old, at: start + .seconds(15))
        #expect(verdict == .contradicted)
    }

    @Test func whoWasThereBelievesWhatIsSaidLater() {
        var announced = AnnouncedPrimary()
        _ = announced.heard(news(new), at: start)
        announced.attemptBegins()
        let there = announced.reached(new, at: start)
        announced.attemptBegins()
        let elsewhere = announced.reached(third, at: start + .seconds(1))
        #expect(there == .use && elsewhere == .use)
    }

    @Test func laterNewsTakeThePlaceOfEarlierOnes() {
        var announced = AnnouncedPrimary()
        _ = announced.heard(news(new), at: start)
        let holds = announced.heard(news(third), at: start + .seconds(1))
        announced.attemptBegins()
        let first = announced.reached(new, at: start + .seconds(2))
        let second = announced.reached(third, at: start + .seconds(2))
        #expect(holds && first == .contradicted && second == .use)
    }

    /// The Sentinel that told of the promotion is lost, and the next one has not heard of it.
    @Test func anAnswerDoesNotOutweighNews() {
        var announced = AnnouncedPrimary()
        _ = announced.heard(news(new), at: start)
        announced.attemptBegins()
        _ = announced.reached(new, at: start)
        let stale = announced.heard(answer(old), at: start + .seconds(1))
        let same = announced.heard(answer(new), at: start + .seconds(1))
        let late = announced.heard(answer(old), at: start + AnnouncedPrimary.validity)
        #expect(!stale && same && late)
    }

    @Test func anAnswerIsForTheAttemptUnderWayAlone() {
        var announced = AnnouncedPrimary()
        _ = announced.heard(answer(new), at: start)
        announced.attemptBegins()
        let verdict = announced.reached(old, at: start)
        #expect(verdict == .use)
    }
}
