import HTTPTypes
import TestSupport
import Testing
import WeirClient
import WeirFields

/// Nobody is answered with what another has got.
@Suite struct CachedForEachCallerTests {
    private let cache = ResponseCache(clock: ManualClock(), startingAt: .seconds(784_111_777))

    private static func request(_ fields: HTTPFields = [:]) -> HTTPRequest {
        HTTPRequest(method: .get, scheme: "https", authority: "example.com", path: "/me", headerFields: fields)
    }

    private func receive(_ fields: HTTPFields, to request: HTTPRequest = Self.request(), identity: String? = nil) {
        let response = HTTPResponse(status: .ok, headerFields: fields)
        cache.received(response, body: [1], to: request, identity: identity, requestedAt: cache.now)
    }

    private func isKnown(_ request: HTTPRequest = Self.request(), identity: String? = nil) -> Bool {
        cache.answer(to: request, identity: identity) != .none
    }

    @Test(arguments: ["Authorization", "Proxy-Authorization", "Cookie", "X-API-Key"])
    func aFieldThatNamesTheCallerPartsWhatIsKept(name: String) {
        func request(_ value: String) -> HTTPRequest { Self.request([.known(name): value]) }
        receive([.cacheControl: "private, max-age=10", .eTag: "\"1\""], to: request("alice"))
        #expect(isKnown(request("alice")) && !isKnown(request("bob")) && !isKnown(request("")) && !isKnown())
        // Neither is a 304 to another taken for hers.
        let unchanged = HTTPResponse(status: .notModified)
        #expect(cache.unchanged(unchanged, to: request("bob"), requestedAt: cache.now) == nil)
        #expect(cache.unchanged(unchanged, to: request("alice"), requestedAt: cache.now) != nil)
        #expect(!String(reflecting: cache).contains("alice"))
    }

    @Test func anIdentityPartsWhatIsKept() {
        receive([.cacheControl: "private, max-age=10", .eTag: "\"1\""], identity: "alice")
        #expect(isKnown(identity: "alice") && !isKnown(identity: "bob") && !isKnown())
        let unchanged = HTTPResponse(status: .notModified)
        #expect(cache.unchanged(unchanged, to: Self.request(), identity: "bob", requestedAt: cache.now) == nil)
        // Nor does it make up for another field.
        #expect(!isKnown(Self.request([.authorization: "Bearer x"]), identity: "alice"))
    }

    @Test func namesThatLookAlikeAreTwo() {
        receive([.cacheControl: "max-age=10"], identity: "caf\u{E9}")
        #expect(isKnown(identity: "caf\u{E9}") && !isKnown(identity: "cafe\u{301}"))
    }

    @Test(arguments: ["private, max-age=10", "max-age=10, PRIVATE=\"x-user\""])
    func whatIsPrivateIsNotKeptForSomebodyUnknown(control: String) {
        let response = HTTPResponse(status: .ok, headerFields: [.cacheControl: control])
        receive([.cacheControl: control])
        #expect(!isKnown() && !cache.mayKeep(response, to: Self.request()))
        receive([.cacheControl: control], identity: "alice")
        #expect(isKnown(identity: "alice") && cache.mayKeep(response, to: Self.request(), identity: "alice"))
    }

    @Test func whatBecomesPrivateIsForgotten() {
        receive([.cacheControl: "max-age=0", .eTag: "\"1\""])
        #expect(isKnown())
        let unchanged = HTTPResponse(status: .notModified, headerFields: [.cacheControl: "private, max-age=10"])
        #expect(cache.unchanged(unchanged, to: Self.request(), requestedAt: cache.now) != nil)
        #expect(!isKnown() && cache.count == 0)
    }

    @Test func aSessionIsGivenToOneAlone() {
        receive([.cacheControl: "max-age=10", .setCookie: "session=1"])
        #expect(!isKnown() && cache.count == 0)
    }

    @Test func whatVariesByNoFieldIsNotKept() {
        receive([.cacheControl: "max-age=10", .vary: "not a name"])
        #expect(!isKnown())
    }
}
