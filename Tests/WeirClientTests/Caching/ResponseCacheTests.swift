import HTTPTypes
import TestSupport
import Testing
import WeirClient
import WeirFields

/// What a private cache keeps and gives out, by a clock that stands still.
@Suite struct ResponseCacheTests {
    private let clock = ManualClock()
    private let cache: ResponseCache
    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static let start = Duration.seconds(784_111_777)
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    init() { cache = ResponseCache(clock: clock, startingAt: Self.start) }

    private static func request(
        _ path: String = "/a",
        _ method: HTTPRequest.Method = .get,
        _ fields: HTTPFields = [:]
    ) -> HTTPRequest {
        HTTPRequest(method: method, scheme: "https", authority: "example.com", path: path, headerFields: fields)
    }

    private func receive(
        _ fields: HTTPFields,
        status: Int = 200,
        to request: HTTPRequest = Self.request(),
        body: [UInt8] = [1, 2, 3]
    ) {
        let response = HTTPResponse(status: .init(code: status), headerFields: fields)
        cache.received(response, body: body, to: request, requestedAt: cache.now)
    }

    private func kind(_ request: HTTPRequest = Self.request()) -> String {
        switch cache.answer(to: request) {
        case .fresh: "fresh"
        case .stale: "stale"
        case .none: "none"
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let fields: HTTPFields
        /// What is known of it after 9 and after 11 seconds.
        let after9: String
        let after11: String

        init(_ fields: HTTPFields, _ after9: String, _ after11: String) {
            (self.fields, self.after9, self.after11) = (fields, after9, after11)
        }

        var testDescription: String { fields.map { "\($0.name): \($0.value)" }.joined(separator: "; ") }
    }

    static let cases: [Case] = [
        Case([.cacheControl: "max-age=10"], "fresh", "none"),
        Case([.cacheControl: "max-age=10", .eTag: "\"1\""], "fresh", "stale"),
        Case([.cacheControl: "max-age=10", .lastModified: date], "fresh", "stale"),
        Case([.cacheControl: "PUBLIC , Max-Age=10, must-revalidate"], "fresh", "none"),
        Case([.cacheControl: "max-age=\"10\""], "fresh", "none"),
        Case([.cacheControl: "s-maxage=100, max-age=10"], "fresh", "none"),
        Case([.cacheControl: "s-maxage=100"], "none", "none"),
        Case([.cacheControl: "no-store, max-age=10"], "none", "none"),
        Case([.cacheControl: "no-store", .eTag: "\"1\""], "none", "none"),
        Case([.cacheControl: "no-cache, max-age=10", .eTag: "\"1\""], "stale", "stale"),
        Case([.cacheControl: "no-cache=\"set-cookie, x\", max-age=10", .eTag: "\"1\""], "stale", "stale"),
        Case([.cacheControl: "no-cache"], "none", "none"),
        Case([.cacheControl: "max-age=10, max-age=20", .eTag: "\"1\""], "stale", "stale"),
        Case([.cacheControl: "max-age=ten", .eTag: "\"1\""], "stale", "stale"),
        Case([.cacheControl: "max-age=-1", .eTag: "\"1\""], "stale", "stale"),
        Case([.cacheControl: "max-age=99999999999999999999"], "fresh", "fresh"),
        Case([.cacheControl: "max-age=0", .eTag: "\"1\""], "stale", "stale"),
        Case([.cacheControl: "extension=\"no-store\", max-age=10"], "fresh", "none"),
        Case([:], "none", "none"),
        Case([.eTag: "\"1\""], "stale", "stale"),
        Case([.lastModified: date], "stale", "stale"),
        Case([.known("Pragma"): "no-cache", .eTag: "\"1\""], "stale", "stale"),
        Case([.expires: "Sun, 06 Nov 1994 08:49:47 GMT"], "fresh", "none"),
        Case([.expires: "Sun, 06 Nov 1994 08:49:47 GMT", .date: "Sun, 06 Nov 1994 08:49:37 GMT"], "fresh", "none"),
        Case([.expires: "0", .eTag: "\"1\""], "stale", "stale"),
        Case([.expires: "Sun, 06 Nov 1994 08:49:47 GMT", .cacheControl: "max-age=100"], "fresh", "fresh"),
        // It was 5 seconds old when it came.
        Case([.cacheControl: "max-age=15", .age: "5"], "fresh", "none"),
        Case([.cacheControl: "max-age=15", .date: "Sun, 06 Nov 1994 08:49:32 GMT"], "fresh", "none"),
        Case([.cacheControl: "max-age=10", .vary: "*"], "none", "none"),
        Case([.cacheControl: "max-age=10", .vary: "accept, *"], "none", "none"),
        Case([.cacheControl: "max-age=10", .vary: "accept"], "fresh", "none"),
    ]

    @Test(arguments: cases) func aResponseIsFreshForAsLongAsItSays(row: Case) {
        receive(row.fields)
        clock.advance(by: .seconds(9))
        #expect(kind() == row.after9)
        clock.advance(by: .seconds(2))
        #expect(kind() == row.after11)
    }

    static let demands: [(fields: HTTPFields, expected: String)] = [
        ([.cacheControl: "no-cache"], "stale"),
        ([.cacheControl: "no-store"], "none"),
        ([.cacheControl: "max-age=3"], "stale"),
        ([.cacheControl: "max-age=5"], "fresh"),
        ([.cacheControl: "min-fresh=6"], "stale"),
        ([.cacheControl: "min-fresh=4"], "fresh"),
        ([.cacheControl: "max-stale"], "fresh"),
        ([.known("Pragma"): "no-cache"], "stale"),
        ([.range: "bytes=0-1"], "none"),
        ([.ifNoneMatch: "\"1\""], "none"),
        ([.ifModifiedSince: date], "none"),
        ([.authorization: "Bearer x"], "none"),
    ]

    @Test(arguments: demands)
    func aRequestMayAskForMore(demand: (fields: HTTPFields, expected: String)) {
        receive([.cacheControl: "max-age=10", .eTag: "\"1\""])
        clock.advance(by: .seconds(5))
        #expect(kind(Self.request("/a", .get, demand.fields)) == demand.expected)
    }

    @Test func whatIsGivenOutSaysHowOldItIs() throws {
        receive([.cacheControl: "max-age=10", .contentType: "text/plain"])
        clock.advance(by: .seconds(4))
        guard case .fresh(let cached) = cache.answer(to: Self.request()) else {
            Issue.record("not fresh")
            return
        }
        #expect(cached.response.headerFields[.age] == "4")
        #expect(cached.response.headerFields[.contentType] == "text/plain")
        #expect(cached.body == [1, 2, 3])
    }

    @Test func oneTokenIsNotToldWhatAnotherWas() {
        let alice = Self.request("/a", .get, [.authorization: "Bearer alice"])
        let bob = Self.request("/a", .get, [.authorization: "Bearer bob"])
        receive([.cacheControl: "max-age=10"], to: alice)
        #expect(kind(alice) == "fresh" && kind(bob) == "none" && kind() == "none")
        #expect(!String(reflecting: cache.answer(to: alice)).contains("alice"))
    }

    @Test func whatVariesIsKeptApart() {
        let german = Self.request("/a", .get, [.acceptLanguage: "de"])
        let english = Self.request("/a", .get, [.acceptLanguage: "en"])
        receive([.cacheControl: "max-age=10", .vary: "Accept-Language"], to: german)
        #expect(kind(german) == "fresh" && kind(english) == "none" && kind() == "none")
        receive([.cacheControl: "max-age=10", .vary: "accept-language"], to: english)
        #expect(kind(german) == "fresh" && kind(english) == "fresh")
    }

    @Test func aStaleOneIsAskedForWithConditionsAndRefreshedBy304() {
        receive([.cacheControl: "max-age=10", .eTag: "\"1\"", .lastModified: Self.date, .contentType: "text/plain"])
        clock.advance(by: .seconds(20))
        #expect(
            cache.answer(to: Self.request())
                == .stale(conditions: [.ifNoneMatch: "\"1\"", .ifModifiedSince: Self.date])
        )
        let unchanged = HTTPResponse(
            status: .notModified,
            headerFields: [.cacheControl: "max-age=30", .eTag: "\"1\"", .contentLength: "0"]
        )
        let cached = cache.unchanged(unchanged, to: Self.request(), requestedAt: cache.now)
        #expect(cached?.response.status == .ok && cached?.body == [1, 2, 3])
        #expect(cached?.response.headerFields[.contentType] == "text/plain")
        #expect(cached?.response.headerFields[.contentLength] == nil)
        clock.advance(by: .seconds(29))
        #expect(kind() == "fresh")
        clock.advance(by: .seconds(2))
        #expect(kind() == "stale")
    }

    @Test func a304ForAnotherVersionRefreshesNothing() {
        receive([.cacheControl: "max-age=10", .eTag: "\"1\""])
        let other = HTTPResponse(status: .notModified, headerFields: [.eTag: "\"2\""])
        #expect(cache.unchanged(other, to: Self.request(), requestedAt: cache.now) == nil)
        #expect(kind() == "none")
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, 201, "none"), (.put, 204, "none"), (.delete, 200, "none"), (.patch, 303, "none"),
        (.post, 403, "fresh"), (.delete, 500, "fresh"), (.options, 200, "fresh"), (.head, 404, "fresh"),
    ])
    func whatARequestHasChangedIsForgottenForAll(method: HTTPRequest.Method, status: Int, expected: String) {
        let alice = Self.request("/a", .get, [.authorization: "Bearer alice"])
        receive([.cacheControl: "max-age=10"], to: alice)
        receive([:], status: status, to: Self.request("/a", method))
        receive([:], status: status, to: Self.request("/b", method))
        #expect(kind(alice) == expected)
    }

    @Test(arguments: [
        (200, "fresh"), (203, "fresh"), (204, "fresh"), (404, "fresh"), (410, "fresh"), (206, "none"),
        (201, "none"), (302, "none"), (403, "none"), (429, "none"), (500, "none"),
    ])
    func someStatusesAreKept(status: Int, expected: String) {
        receive([.cacheControl: "max-age=10"], status: status)
        #expect(kind() == expected)
    }

    @Test func aFailureTakesNothingAway() {
        receive([.cacheControl: "max-age=10"])
        receive([:], status: 503)
        #expect(kind() == "fresh")
        receive([:])
        #expect(kind() == "none")
    }

    @Test func headIsAnsweredFromHeadAlone() {
        receive([.cacheControl: "max-age=10"], to: Self.request("/a", .head), body: [])
        #expect(kind(Self.request("/a", .head)) == "fresh" && kind() == "none")
    }

    @Test func itStaysWithinItsBounds() {
        var settings = ResponseCache.Settings()
        settings.mostEntries = 10
        settings.mostBytes = 20_000
        settings.mostBodyBytes = 4_000
        let cache = ResponseCache(settings: settings, clock: clock, startingAt: Self.start)
        let response = HTTPResponse(status: .ok, headerFields: [.cacheControl: "max-age=10"])
        func receive(_ path: String, _ count: Int) {
            let body = [UInt8](repeating: 0, count: count)
            cache.received(response, body: body, to: Self.request(path), requestedAt: cache.now)
        }
        for number in 0..<100 { receive("/\(number)", 1) }
        #expect(cache.count == 10)
        #expect(cache.answer(to: Self.request("/89")) == .none)
        #expect(cache.answer(to: Self.request("/90")) != .none)
        // It was used last, so it is the last to be forgotten.
        for number in 0..<4 { receive("/large\(number)", 4_000) }
        #expect(cache.bytes <= 20_000)
        #expect(cache.answer(to: Self.request("/90")) != .none)
        #expect(cache.answer(to: Self.request("/91")) == .none)
        receive("/too large", 4_001)
        #expect(cache.answer(to: Self.request("/too large")) == .none)
        cache.removeAll()
        #expect(cache.count == 0 && cache.bytes == 0)
    }

    @Test func whatIsForgottenTakesNoBytes() {
        for number in 0..<50 {
            receive([.cacheControl: "max-age=10", .vary: "x"], to: Self.request("/\(number % 7)"))
            receive([:], status: 204, to: Self.request("/\(number % 5)", .delete))
        }
        for number in 0..<7 { receive([:], status: 204, to: Self.request("/\(number)", .delete)) }
        #expect(cache.count == 0 && cache.bytes == 0)
    }
}
