import Testing
import Weir

@testable import weir_demo

@Suite("What the live page counts")
struct LiveCountsTests {
    private func descriptor(_ token: String) -> Descriptor { Descriptor(token: .init(token), endpoint: "GET /objects") }

    @Test("Each decision is counted in its own second, and the second that is not over is not shown")
    func decisionsAreCountedInTheirSecond() {
        var counts = LiveCounts()
        counts.add(isAllowed: true, descriptor("a"), group: nil, in: 1000)
        counts.add(isAllowed: true, descriptor("a"), group: nil, in: 1000)
        counts.add(isAllowed: false, descriptor("a"), group: nil, in: 1001)
        counts.add(isAllowed: true, descriptor("a"), group: nil, in: 1002)
        let rates = counts.rates(before: 1002)
        #expect(rates.admitted.count == 60 && rates.refused.count == 60)
        #expect(rates.admitted.suffix(2) == [2, 0])
        #expect(rates.refused.suffix(2) == [0, 1])
        #expect(rates.admitted.dropLast(2).allSatisfy { $0 == 0 })
    }

    @Test("However long it runs and however many ask, little is kept")
    func littleIsKept() {
        var counts = LiveCounts()
        for second in 0..<5000 {
            counts.add(isAllowed: true, descriptor("token \(second)"), group: "group \(second)", in: second)
        }
        #expect(counts.descriptors.count == 24)
        #expect(counts.groups.count == 8)
        #expect(counts.descriptors.contains(descriptor("token 4999")))
        #expect(!counts.descriptors.contains(descriptor("token 4975")))
        #expect(counts.rates(before: 5000).admitted == Array(repeating: 1, count: 60))
        #expect(counts.rates(before: 100).admitted == Array(repeating: 0, count: 60))
    }
}
