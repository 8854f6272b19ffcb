#if Hummingbird
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Foundation
import TestSupport
import Testing
import Weir
import WeirFields
import WeirHTTP
import WeirHummingbird

/// The README's second example, compiled, run, and compared with the README to the letter.
@Suite struct ReadmeTests {
    private func router(_ limiter: RateLimiter) throws -> Router<BasicRequestContext> {
        // example
        let router = Router()
        let fields = try RateLimitFields([.dictionary], byRule: ["group": [.dictionary, .xRateLimitEpoch]])
        router.add(
            middleware: RateLimitMiddleware(limiter: limiter, fields: fields) { request, context in
                guard let token = request.headers[.authorization] else { throw HTTPError(.unauthorized) }
                let endpoint = "\(request.method) \(context.endpointPath ?? "")"
                return Descriptor(token: token, endpoint: endpoint, group: "acme", application: "crm")
            }
        )
        // end of example
        return router
    }

    @Test func theExampleIsTheOneInTheReadme() throws {
        let source = try Repository.text("Tests/WeirHummingbirdTests/ReadmeTests.swift")
        let start = try #require(source.range(of: "// example\n")?.upperBound)
        let end = try #require(source.range(of: "\n        // end of example")?.lowerBound)
        let example = source[start..<end].replacing("\n        ", with: "\n").drop { $0 == " " }
        #expect(try Repository.blocks("swift", in: "README.md").contains(String(example)))
    }

    @Test func theExampleTellsAndRefuses() async throws {
        let rule = Rule("endpoint", per: .token, .endpoint, limits: ["GET /objects": Limit(1, per: .minute)])
        let group = Rule("group", per: .group, limit: Limit(10_000, per: .day))
        let router = try router(RateLimiter(inMemory: InMemoryStore(), rules: [rule, group]))
        router.get("objects") { _, _ in "[]" }
        try await Application(router: router).test(.router) { client in
            for status in [HTTPResponse.Status.ok, .tooManyRequests] {
                try await client.execute(uri: "/objects", method: .get, headers: [.authorization: "t"]) { response in
                    #expect(response.status == status)
                    #expect(response.headers[.rateLimit]?.hasPrefix("limit=1, remaining=0, reset=") == true)
                    #expect(response.headers[.xRateLimitEpochRemaining] == "9999")
                }
            }
            try await client.execute(uri: "/objects", method: .get) { #expect($0.status == .unauthorized) }
        }
    }
}
#endif
