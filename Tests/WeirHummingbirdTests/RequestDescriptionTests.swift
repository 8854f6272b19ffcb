#if Hummingbird
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP
import WeirHummingbird

/// The usual ways to describe a request.
@Suite struct RequestDescriptionTests {
    private static let rule = Rule("endpoint", per: .token, .endpoint, limit: Limit(1, per: .minute))

    private func limiter() throws -> RateLimiter {
        try RateLimiter(inMemory: InMemoryStore(clock: ManualClock()), rules: [Self.rule])
    }

    private func application<Context: InitializableFromSource & RequestContext>(
        _ context: Context.Type,
        _ description: RequestDescription<Context>
    ) throws -> some ApplicationProtocol where Context.Source == ApplicationRequestContextSource {
        let router = Router(context: context)
        router.add(middleware: RateLimitMiddleware(limiter: try limiter(), describe: description))
        router.get("objects/:id") { _, _ in "object" }
        router.put("objects/:id") { _, _ in "put" }
        return Application(router: router)
    }

    @Test func eachTokenHasACountForEachRoute() async throws {
        try await application(BasicRequestContext.self, .bearerToken()).test(.router) { client in
            let requests: [(HTTPRequest.Method, String, String, Int)] = [
                (.get, "/objects/1", "Bearer a", 200), (.get, "/objects/2", "bearer a", 429),
                (.put, "/objects/1", "Bearer a", 200), (.get, "/objects/1", "Bearer b", 200),
                // Nothing that a client thinks up has a count of its own.
                (.get, "/nowhere", "Bearer a", 404), (.delete, "/nowhere/else", "Bearer a", 429),
            ]
            for (method, path, token, status) in requests {
                try await client.execute(uri: path, method: method, headers: [.authorization: token]) { response in
                    #expect(response.status.code == status, "\(method) \(path) \(token)")
                    #expect(response.headers[.rateLimit] != nil)
                }
            }
        }
    }

    @Test func whoLacksTheTokenIsToldSo() async throws {
        try await application(BasicRequestContext.self, .bearerToken()).test(.router) { client in
            for headers in [[:], [.authorization: "Basic YTpi"], [.authorization: "Bearer a b"]] as [HTTPFields] {
                try await client.execute(uri: "/objects/1", method: .get, headers: headers) { response in
                    #expect(response.status == .unauthorized && response.headers[.wwwAuthenticate] == "Bearer")
                    #expect(response.headers[.rateLimit] == nil)
                }
            }
        }
    }

    @Test func whoLacksTheTokenMayPassUncounted() async throws {
        try await application(BasicRequestContext.self, .bearerToken(missing: .uncounted)).test(.router) { client in
            for _ in 0..<3 {
                try await client.execute(uri: "/objects/1", method: .get) { response in
                    #expect(response.status == .ok && response.headers[.rateLimit] == nil)
                }
            }
        }
    }

    @Test func aKeyIsCountedBy() async throws {
        try await application(BasicRequestContext.self, .apiKey()).test(.router) { client in
            for (headers, status) in [([.xAPIKey: "k"], 200), ([.xAPIKey: "k"], 429), ([:], 401)] as [(HTTPFields, Int)]
            {
                try await client.execute(uri: "/objects/1", method: .get, headers: headers) { response in
                    #expect(response.status.code == status)
                }
            }
        }
    }

    /// Statuses over real HTTP, one for each address that the client claims to have.
    private func statuses(trusting networks: [String], claiming addresses: [String]) async throws -> [Int] {
        let description = RequestDescription<AddressContext>.clientAddress(trusting: try TrustedProxies(networks))
        let name = try #require(HTTPField.Name("X-Forwarded-For"))
        return try await application(AddressContext.self, description).test(.live) { client in
            var statuses: [Int] = []
            for address in addresses {
                let response = try await client.execute(uri: "/objects/1", method: .get, headers: [name: address])
                statuses.append(response.status.code)
            }
            return statuses
        }
    }

    @Test func aSpoofedAddressChangesNothing() async throws {
        let claimed = ["203.0.113.7", "203.0.113.8", "203.0.113.9, 10.0.0.1", ""]
        #expect(try await statuses(trusting: [], claiming: claimed) == [200, 429, 429, 429])
        #expect(try await statuses(trusting: ["10.0.0.0/8"], claiming: claimed) == [200, 429, 429, 429])
    }

    @Test func theAddressThatATrustedProxyTellsIsCountedBy() async throws {
        let claimed = ["203.0.113.7", "203.0.113.8", "1.1.1.1, 203.0.113.7", "203.0.113.8:80"]
        let statuses = try await statuses(trusting: ["127.0.0.0/8", "::1"], claiming: claimed)
        #expect(statuses == [200, 200, 429, 429])
    }

    @Test func whoHasNoAddressIsOneClient() async throws {
        let description = RequestDescription<AddressContext>.clientAddress(trusting: try TrustedProxies([]))
        // The router alone knows nobody who has connected.
        try await application(AddressContext.self, description).test(.router) { client in
            for status in [200, 429] {
                try await client.execute(uri: "/objects/1", method: .get) { #expect($0.status.code == status) }
            }
        }
    }

    @Test func theContextThatKnowsAddressesIsTheOneInTheComment() throws {
        let source = try Repository.text("Tests/WeirHummingbirdTests/AddressContext.swift")
        let context = source[try #require(source.range(of: "struct AddressContext")).lowerBound...]
            .replacing("\n#endif\n", with: "").split(separator: "\n", omittingEmptySubsequences: false)
        let comment = context.map { $0.isEmpty ? "    ///" : "    /// \($0)" }.joined(separator: "\n")
        #expect(try Repository.text("Sources/WeirHummingbird/RequestDescription.swift").contains(comment))
    }

    @Test func aDescriptionIsUsedWhereTheContextIsKnown() throws {
        let router = Router()
        router.add(middleware: RateLimitMiddleware(limiter: try limiter(), describe: .bearerToken()))
        let addressed = Router(context: AddressContext.self)
        let proxies = try TrustedProxies(["10.0.0.0/8"])
        addressed.add(
            middleware: RateLimitMiddleware(limiter: try limiter(), describe: .clientAddress(trusting: proxies))
        )
    }
}
#endif
