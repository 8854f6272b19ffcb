import Testing
import WeirClient

@Suite struct BackoffTests {
    @Test func ceilingsDoubleUpToTheLongest() {
        let backoff = Backoff()
        #expect((1...4).map(backoff.ceiling) == [100, 200, 400, 800].map { .milliseconds($0) })
        #expect(backoff.ceiling(afterFailures: 9) == .milliseconds(25_600))
        #expect(backoff.ceiling(afterFailures: 10) == .seconds(30))
        #expect(backoff.ceiling(afterFailures: .max) == .seconds(30))
        #expect(backoff.ceiling(afterFailures: 0) == .milliseconds(100))
    }
}
