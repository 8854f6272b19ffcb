#if Hummingbird
import Foundation
import HTTPTypes
import Testing
import Weir

@testable import weir_demo

@Suite("The demo by developer-portal.yaml") struct DeveloperPortalTests {
    @Test func everyResponseHasTheThreeFieldsOfTheGroupAndNoOther() async throws {
        try await DemoService.run(try DemoService.policy("developer-portal")) { service in
            for (place, token) in ["acme.crm.anna", "acme.shop.carla", "acme.crm.ben"].enumerated() {
                let before = Int(Date().timeIntervalSince1970)
                let answer = try await service.send(.get, "/objects", by: token)
                let after = Int(Date().timeIntervalSince1970)
                #expect(answer.status == 200)
                #expect(answer.told == ["x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset"])
                #expect(answer["X-Rate-Limit-Limit"] == "10000")
                #expect(answer["X-Rate-Limit-Remaining"] == "\(9999 - place)")
                // Seconds since 1970, a day from the first request, by the clock of this machine, which is Redis's too.
                let reset = try #require(answer["X-Rate-Limit-Reset"].flatMap { Int($0) })
                #expect(reset > before + 86_000 && reset <= after + 87_200, "\(reset)")
            }
        }
    }

    @Test func aGroupOverItsLimitIsTold402() async throws {
        try await DemoService.run(try DemoService.policy("developer-portal")) { service in
            try await service.api.limiter.setOverride(LimitOverride(3), of: "group", for: Descriptor(group: "acme"))
            for (place, token) in ["acme.crm.anna", "acme.shop.carla", "acme.crm.ben"].enumerated() {
                let answer = try await service.send(.get, "/objects", by: token)
                #expect(answer.status == 200)
                #expect(answer["X-Rate-Limit-Limit"] == "3" && answer["X-Rate-Limit-Remaining"] == "\(2 - place)")
                // Its applications can tell their users in time.
                #expect(answer["X-Rate-Limit-Warning"] == (place == 2 ? "group" : nil))
            }
            let refused = try await service.send(.get, "/objects", by: "acme.shop.dan")
            #expect(refused.status == 402)
            #expect(refused["X-Rate-Limit-Limit"] == "3" && refused["X-Rate-Limit-Remaining"] == "0")
            #expect(refused["Retry-After"] != nil && refused["X-Rate-Limit-Warning"] == "group")
            #expect(refused.body.hasPrefix(#"{"code":"groupLimitReached","limit":3,"#), "\(refused.body)")
            #expect(try await service.send(.get, "/objects", by: "other.shop.dan").status == 200)
        }
    }

    @Test func howMuchEachApplicationHasUsedIsReadable() async throws {
        try await DemoService.run(try DemoService.policy("developer-portal")) { service in
            for token in ["acme.crm.anna", "acme.shop.carla", "acme.crm.ben", "other.crm.eve"] {
                _ = try await service.send(.get, "/objects", by: token)
            }
            let usage = try await service.send(.get, "/usage", by: "acme.shop.carla")
            #expect(usage.status == 200)
            let told = try JSONDecoder().decode(Used.self, from: Data(usage.body.utf8))
            #expect(told == Used(limit: 10_000, used: 4, applications: ["crm": 2, "shop": 2]))
        }
    }

    private struct Used: Decodable, Equatable {
        let limit: Int
        let used: Int
        let applications: [String: Int]
    }

    @Test func aGroupRegistersSixSitesAndNoSeventh() async throws {
        try await DemoService.run(try DemoService.policy("developer-portal")) { service in
            for site in 1...6 {
                let token = site.isMultiple(of: 2) ? "acme.crm.anna" : "acme.shop.carla"
                #expect(try await service.send(.put, "/sites/\(site).example", by: token).status == 201)
            }
            #expect(try await service.send(.put, "/sites/1.EXAMPLE", by: "acme.crm.anna").status == 200)
            let refused = try await service.send(.put, "/sites/7.example", by: "acme.crm.anna")
            #expect(refused.status == 403)
            let sentence =
                "Application developer has exceeded maximum number of client installations. "
                + "Please contact the developer."
            #expect(refused.body == #"{"code":"siteQuotaReached","count":6,"limit":6,"message":"\#(sentence)"}"#)
            #expect(try await service.send(.put, "/sites/7.example", by: "other.crm.eve").status == 201)
        }
    }

    @Test func aSiteThatIsNoneIsTheFaultOfTheClient() async throws {
        try await DemoService.run(try DemoService.policy("developer-portal")) { service in
            let site = String(repeating: "a", count: 3000)
            let answer = try await service.send(.put, "/sites/\(site)", by: "acme.crm.anna")
            #expect(answer.status == 400 && answer.body.contains("message"), "\(answer.body)")
        }
    }
}
#endif
