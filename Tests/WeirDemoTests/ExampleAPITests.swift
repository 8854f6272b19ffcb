#if Hummingbird
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Weir
import WeirPolicy

@testable import weir_demo

@Suite("The demo") struct ExampleAPITests {
    @Test func whatNoRouteMatchesIsCountedAndToldAsAllElse() async throws {
        try await DemoService.run { service in
            let requests: [(HTTPRequest.Method, String)] = [
                (.get, "/nothing"), (.delete, "/objects"), (.post, "/metrics"),
            ]
            for (place, (method, path)) in requests.enumerated() {
                let answer = try await service.send(method, path, by: "acme.crm.anna")
                #expect(answer.status == 404)
                #expect(answer["X-Rate-Limit-Remaining"] == "\(9999 - place)")
                #expect(answer["RateLimit"]?.hasPrefix("limit=10000, remaining=\(9999 - place), ") == true)
            }
            for path in ["/", "/live", "/ready", "/metrics", "/page/own.json"] {
                let answer = try await service.send(.get, path, by: nil)
                #expect(answer.status == 200 && answer.told.isEmpty, "\(path) \(answer.status)")
            }
        }
    }

    @Test func theSchemeMayBeWrittenInAnyCase() async throws {
        try await DemoService.run { service in
            for scheme in ["Bearer", "bearer", "BEARER "] {
                let headers: HTTPFields = [.authorization: "\(scheme) acme.crm.anna"]
                let status = try await service.client.execute(uri: "/objects", method: .get, headers: headers) {
                    $0.status
                }
                #expect(status == .ok)
            }
            for token in [nil, "acme", "acme..anna", "acme.crm.anna more"] {
                let answer = try await service.send(.get, "/objects", by: token)
                #expect(answer.status == 401 && answer["WWW-Authenticate"] == "Bearer", "\(token ?? "none")")
                #expect(answer.body.contains("group.application.person"))
            }
        }
    }

    @Test func aPolicyMayCountByUser() async throws {
        let policy = try Policy(
            yaml: """
                version: 1
                rules:
                  - name: person
                    per: user
                    limit: 2/minute
                """
        )
        try await DemoService.run(policy) { service in
            var statuses: [Int] = []
            for token in ["acme.crm.anna", "acme.shop.anna", "acme.crm.anna", "other.crm.anna"] {
                statuses.append(try await service.send(.get, "/objects", by: token).status)
            }
            #expect(statuses == [200, 200, 429, 200])
        }
    }

    @Test func withoutRedisAQuotaIs503AndTheLogSaysWhy() async throws {
        let log = RecordedLog()
        let policy = try DemoService.policy("content-api")
        try await DemoService.run(policy, deadline: .milliseconds(500), logger: log.logger) { service in
            service.server.kill()
            let requests: [(HTTPRequest.Method, String)] = [
                (.post, "/objects"), (.get, "/sites"), (.put, "/sites/one.example"),
            ]
            for (method, path) in requests {
                let answer = try await service.send(method, path, by: "acme.crm.anna")
                #expect(answer.status == 503, "\(method) \(path)")
                #expect(answer.body.contains("The quota could not be checked"), "\(answer.body)")
                #expect(!answer.body.contains("redis.sock"))
            }
            // What needs no quota is served, as the policy says.
            #expect(try await service.send(.get, "/objects", by: "acme.crm.anna").status == 200)
        }
        #expect(log.warnings.count { $0.contains("no answer of a quota") } == 3, "\(log.lines)")
    }

    @Test func whatAPersonHasToMendIs500WithASentence() async throws {
        let log = RecordedLog()
        try await DemoService.run(logger: log.logger) { service in
            _ = try await service.send(.put, "/sites/one.example", by: "acme.crm.anna")
            let keys = try service.server.command("--raw", "KEYS", "*sites*").split(separator: "\n").map(String.init)
            #expect(!keys.isEmpty)
            for key in keys {
                try service.server.command("DEL", key)
                try service.server.command("LPUSH", key, "something else")
            }
            let answer = try await service.send(.put, "/sites/two.example", by: "acme.crm.anna")
            #expect(answer.status == 500)
            #expect(answer.body.contains("until somebody has mended the service"), "\(answer.body)")
        }
        #expect(log.warnings.count { $0.contains("no answer of a quota") } == 1, "\(log.lines)")
    }

    @Test func itIsReadyOnceItHasSeenRedis() async throws {
        try await DemoService.run(isConnected: false) { service in
            #expect(try await service.send(.get, "/live", by: nil).status == 200)
            #expect(try await service.send(.get, "/ready", by: nil).status == 503)
            try await service.api.limiter.connect()
            #expect(try await service.send(.get, "/ready", by: nil).status == 503)
            try await service.api.keeper.connect()
            #expect(try await service.send(.get, "/ready", by: nil).status == 200)
        }
    }

    @Test func neitherThePageNorTheMetricsGiveATokenAway() async throws {
        try await DemoService.run { service in
            let person = "s3cr3tperson"
            for _ in 0..<7 { _ = try await service.send(.post, "/objects", by: "acme.crm.\(person)") }
            _ = try await service.send(.get, "/objects/\(person)", by: "acme.crm.\(person)")
            // As it does by itself while somebody looks.
            await service.api.board.look()
            for path in ["/page/report.json", "/page/own.json", "/metrics"] {
                let answer = try await service.send(.get, path, by: nil)
                #expect(answer.status == 200)
                #expect(!answer.body.contains(person), "\(path): \(answer.body)")
                // What stands there is about those requests.
                #expect(answer.body.contains(path == "/metrics" ? "weir_decisions_total{" : "POST \\/objects t="))
            }
        }
    }
}
#endif
