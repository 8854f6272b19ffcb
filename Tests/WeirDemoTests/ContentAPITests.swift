#if Hummingbird
import Foundation
import HTTPTypes
import Testing
import Weir

@testable import weir_demo

@Suite("The demo by content-api.yaml") struct ContentAPITests {
    @Test func everyResponseCountsDownAndTheSixthIs429() async throws {
        try await DemoService.run(try DemoService.policy("content-api")) { service in
            let began = ContinuousClock.now
            for place in 0..<5 {
                let answer = try await service.send(.post, "/objects", by: "acme.crm.anna")
                #expect(answer.status == 201)
                #expect(answer.told == ["ratelimit"])
                let told = try #require(answer["RateLimit"])
                // A minute from the first of them, which leaves a slice later at most.
                let passed = Int((ContinuousClock.now - began).components.seconds)
                let possible = (60 - passed)...61
                #expect(possible.contains { told == "limit=5, remaining=\(4 - place), reset=\($0)" }, "\(told)")
            }
            let refused = try await service.send(.post, "/objects", by: "acme.crm.anna")
            #expect(refused.status == 429)
            #expect(refused.told == ["ratelimit", "retry-after"])
            let wait = try #require(refused["Retry-After"])
            #expect(refused["RateLimit"] == "limit=5, remaining=0, reset=\(wait)")
            #expect(refused.body.hasPrefix(#"{"code":"rateLimitReached","limit":5,"message":"#), "\(refused.body)")
            #expect(refused.body.contains(#""retryAfter":\#(wait),"rule":"endpoint"}"#), "\(refused.body)")
        }
    }

    @Test func whatNothingAnswersIsToldToo() async throws {
        try await DemoService.run(try DemoService.policy("content-api")) { service in
            let answer = try await service.send(.get, "/nowhere", by: "acme.crm.anna")
            #expect(answer.status == 404)
            #expect(answer["RateLimit"]?.hasPrefix("limit=60, remaining=59, reset=") == true)
        }
    }

    @Test func eachTokenAndEachEndpointIsCountedByItself() async throws {
        try await DemoService.run(try DemoService.policy("content-api")) { service in
            for _ in 0..<6 { _ = try await service.send(.post, "/objects", by: "acme.crm.anna") }
            let listing = try await service.send(.get, "/objects", by: "acme.crm.anna")
            #expect(listing.status == 200)
            #expect(listing["RateLimit"]?.hasPrefix("limit=60, remaining=59, reset=") == true)
            let other = try await service.send(.post, "/objects", by: "acme.crm.ben")
            #expect(other.status == 201)
            #expect(other["RateLimit"]?.hasPrefix("limit=5, remaining=4, reset=") == true)
            let site = try await service.send(.put, "/sites/one.example", by: "acme.crm.ben")
            #expect(site["RateLimit"]?.hasPrefix("limit=10, remaining=9, reset=") == true)
        }
    }

    @Test func whoHasCreated5000ObjectsIsTold403() async throws {
        try await DemoService.run(try DemoService.policy("content-api")) { service in
            _ = try await service.api.keeper.create(by: "acme.anna", count: 4999)
            let last = try await service.send(.post, "/objects", by: "acme.crm.anna")
            #expect(last.status == 201 && last.body.contains(#""remaining":0"#), "\(last.body)")
            let refused = try await service.send(.post, "/objects", by: "acme.crm.anna")
            #expect(refused.status == 403)
            let start = #"{"code":"objectCreationQuotaReached","count":5000,"limit":5000,"message":""#
            #expect(refused.body.hasPrefix(start), "\(refused.body)")
            #expect(refused.body.contains(#""nextGrowth":"20"#), "\(refused.body)")
            // It was a request as any other.
            #expect(refused["RateLimit"]?.hasPrefix("limit=5, remaining=3, reset=") == true)
            #expect(refused["Retry-After"] == nil)
        }
    }

    @Test func whereNothingIsCountedByGroupThereIsNoUsage() async throws {
        try await DemoService.run(try DemoService.policy("content-api")) { service in
            let answer = try await service.send(.get, "/usage", by: "acme.crm.anna")
            #expect(answer.status == 404)
            #expect(answer.body.contains("not counted by group"), "\(answer.body)")
        }
    }
}
#endif
