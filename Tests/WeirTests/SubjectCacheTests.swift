import Testing

@testable import Weir

/// Which subjects are kept, and how many.
@Suite struct SubjectCacheTests {
    private func descriptor(_ number: Int) -> Descriptor { Descriptor(token: "token-\(number)") }

    private func subject() -> Subject { Subject(windows: [], limits: nil) }

    /// Keeps these as a limiter does, and tells how many had to be made.
    private func ask(_ numbers: some Sequence<Int>, _ cache: inout SubjectCache) -> Int {
        numbers.count { number in
            if cache.subject(of: descriptor(number)) != nil { return false }
            cache.keep(subject(), for: descriptor(number))
            return true
        }
    }

    @Test func itIsBounded() {
        var cache = SubjectCache()
        for number in 0..<(3 * SubjectCache.most) {
            let made = subject()
            cache.keep(made, for: descriptor(number))
            #expect(cache.count == min(number + 1, SubjectCache.most))
            if number < SubjectCache.most { #expect(cache.subject(of: descriptor(number)) === made) }
        }
    }

    @Test func whatFitsIsMadeOnce() {
        var cache = SubjectCache()
        #expect(ask(0..<SubjectCache.most, &cache) == SubjectCache.most)
        for _ in 0..<3 { #expect(ask(0..<SubjectCache.most, &cache) == 0) }
    }

    /// Between two of its requests fewer others come for the first time than it has room for.
    @Test func whatIsInUseStaysHoweverManyOthersCome() {
        var cache = SubjectCache()
        let inUse = 0..<1000
        _ = ask(inUse, &cache)
        var next = inUse.upperBound
        for _ in 0..<20 {
            #expect(ask(inUse, &cache) == 0)
            let others = next..<(next + SubjectCache.most / 2)
            #expect(ask(others, &cache) == others.count)
            next = others.upperBound
        }
        #expect(ask(0..<10_000, &cache) >= 9000, "what was not asked about again is gone")
    }

    /// Each time with a chance of one in eight: that 500 times are not enough happens once in 10^29 runs.
    @Test func whoAsksOftenIsLetInThoughItIsFull() {
        var cache = SubjectCache()
        _ = ask(0..<SubjectCache.most, &cache)
        let made = ask(repeatElement(SubjectCache.most, count: 500), &cache)
        #expect(made < 500 && cache.subject(of: descriptor(SubjectCache.most)) != nil)
    }

    /// Of 8000 strangers about 1000 are let in, give or take 30.
    @Test func strangersDriveFewOthersOut() {
        var cache = SubjectCache()
        let known = 0..<SubjectCache.most
        _ = ask(known, &cache)
        _ = ask(known.upperBound..<(known.upperBound + 8000), &cache)
        let driven = ask(known, &cache)
        #expect((700...1500).contains(driven))
    }

    /// To let in whoever comes would know nobody: each would have gone just before it comes again.
    @Test func ofThreeTimesAsManyInTurnAFifthIsKnown() {
        var cache = SubjectCache()
        let all = 0..<(3 * SubjectCache.most)
        for _ in 0..<3 { _ = ask(all, &cache) }
        #expect(ask(all, &cache) < all.count * 4 / 5)
    }

    @Test func whatTwoCallsMadeIsKeptOnce() {
        var cache = SubjectCache()
        let first = subject()
        cache.keep(first, for: descriptor(1))
        cache.keep(subject(), for: descriptor(1))
        #expect(cache.count == 1 && cache.subject(of: descriptor(1)) === first)
    }

    @Test func hugeNamesAreNotKept() {
        var cache = SubjectCache()
        let huge = Descriptor(token: String(repeating: "t", count: 513))
        cache.keep(subject(), for: huge)
        #expect(cache.count == 0 && cache.subject(of: huge) == nil)
    }
}
