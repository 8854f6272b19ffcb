#if AsyncHTTPClient
import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1
import Testing
import WeirAsyncHTTPClient
import WeirClient
import WeirFields

/// Against a real server, over real connections.
@Suite struct PacedHTTPClientTests {
    private static let refusal = SmallServer.Reply(
        status: .tooManyRequests,
        headers: ["RateLimit": "limit=5, remaining=0, reset=1", "Retry-After": "1"],
        body: "too many"
    )

    private static func request(
        _ url: String,
        _ method: HTTPMethod = .GET,
        token: String = "secret"
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        return request
    }

    private static func text(_ response: HTTPClientResponse) async throws -> String {
        String(buffer: try await response.body.collect(upTo: 1 << 20))
    }

    @Test func whatWasRefusedIsSentAgainAfterTheToldWait() async throws {
        try await SmallServer.with { number, request in
            number == 1
                ? Self.refusal : SmallServer.Reply(body: "created \(String(decoding: request.body, as: UTF8.self))")
        } _: { server, url in
            let client = PacedHTTPClient(.shared)
            var request = Self.request(url + "/objects", .POST)
            request.body = .bytes(ByteBuffer(string: "one"))
            let began = ContinuousClock.now
            let response = try await client.execute(request)
            #expect(response.status == .ok)
            #expect(try await Self.text(response) == "created one")
            #expect(ContinuousClock.now - began >= .seconds(1))
            #expect(server.asked.map(\.body) == [Array("one".utf8), Array("one".utf8)])
        }
    }

    @Test func bodiesOfBytesAreSentAgainAndStreamsAreNot() async throws {
        let bytes = Array("one".utf8)
        let stream = AsyncStream<ByteBuffer> { continuation in
            continuation.yield(ByteBuffer(bytes: bytes))
            continuation.finish()
        }
        let bodies: [(body: HTTPClientRequest.Body, sent: Int)] = [
            (.bytes(ByteBuffer(bytes: bytes)), 2), (.bytes(bytes), 2), (.bytes(bytes, length: .known(Int64(3))), 2),
            (.stream(stream, length: .known(Int64(3))), 1),
        ]
        for (body, sent) in bodies {
            try await SmallServer.with { number, _ in
                number == 1 ? Self.refusal : SmallServer.Reply()
            } _: { server, url in
                var request = Self.request(url + "/objects", .POST)
                request.body = body
                let response = try await PacedHTTPClient(.shared).execute(request)
                #expect(response.status == (sent == 1 ? .tooManyRequests : .ok))
                #expect(server.asked.count == sent)
                #expect(server.asked.allSatisfy { $0.body == bytes })
            }
        }
    }

    @Test func aConnectionThatIsLostIsTriedAgainIfTheRequestMayRunTwice() async throws {
        for (method, sent) in [(HTTPMethod.GET, 2), (.POST, 1)] {
            try await SmallServer.with { number, _ in
                SmallServer.Reply(isLost: number == 1)
            } _: { server, url in
                let client = PacedHTTPClient(.shared)
                let response = try? await client.execute(Self.request(url + "/objects", method))
                #expect(response?.status == (sent == 2 ? .ok : nil))
                #expect(server.asked.count == sent)
            }
        }
    }

    @Test func aBurstKeepsToTheLimit() async throws {
        try await SmallServer.with { number, _ in
            guard number <= 5 else { return Self.refusal }
            return SmallServer.Reply(headers: ["RateLimit": "limit=5, remaining=\(5 - number), reset=600"])
        } _: { server, url in
            let client = PacedHTTPClient(.shared)
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask { (try? await client.execute(Self.request(url + "/objects")))?.status == .ok }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            // The others would have to wait for ten minutes, and are told so at once.
            #expect(outcomes.filter { $0 }.count == 5)
            #expect(server.asked.count == 5)
            #expect(client.pacer(for: Self.request(url + "/objects")).standing.isOverLimit)
            // Another endpoint and another token have limits of their own.
            #expect(client.pacer(for: Self.request(url + "/others")).standing.level == .clear)
            #expect(client.pacer(for: Self.request(url + "/objects", token: "other")).standing.level == .clear)
        }
    }

    @Test func oneTemplateIsOneEndpoint() {
        let client = PacedHTTPClient(.shared)
        let one = Self.request("https://user:word@API.example.com/objects/1?x=1")
        let two = Self.request("https://api.example.com/objects/2#top")
        #expect(client.pacer(for: one) !== client.pacer(for: two))
        #expect(client.pacer(for: one, endpoint: "/objects/{id}") === client.pacer(for: two, endpoint: "/objects/{id}"))
        let head = Self.request("https://api.example.com/objects/2", .HEAD)
        #expect(client.pacer(for: head) !== client.pacer(for: two))
    }

    @Test func whatIsFreshIsNotAskedForAndWhatIsStaleIsChecked() async throws {
        try await SmallServer.with { number, request in
            if request.head.headers.first(name: "If-None-Match") == "\"1\"" {
                return SmallServer.Reply(status: .notModified, headers: ["Cache-Control": "max-age=600"])
            }
            let age = request.head.uri == "/stale" ? "max-age=0" : "max-age=600"
            return SmallServer.Reply(headers: ["Cache-Control": age, "ETag": "\"1\""], body: "body \(number)")
        } _: { server, url in
            let client = PacedHTTPClient(.shared, cache: ResponseCache())
            for _ in 0..<3 {
                let response = try await client.execute(Self.request(url + "/fresh"))
                #expect(try await Self.text(response) == "body 1")
            }
            #expect(server.asked.count == 1)
            for _ in 0..<3 {
                let response = try await client.execute(Self.request(url + "/stale"))
                #expect(response.status == .ok)
                #expect(try await Self.text(response) == "body 2")
            }
            // Asked for, and then once checked, which made it fresh.
            #expect(server.asked.count == 3)
            // What another token is told is its own.
            let other = try await client.execute(Self.request(url + "/fresh", token: "other"))
            #expect(try await Self.text(other) == "body 4")
        }
    }

    /// Whoever asks is told who asked: the server goes by whatever names the caller.
    @Test func eachCallerGetsItsOwn() async throws {
        let session = HTTPField.Name.known("X-Session")
        try await SmallServer.with { _, request in
            let named = ["Authorization", "Cookie", "X-API-Key", "X-Session"].compactMap {
                request.head.headers.first(name: $0)
            }
            return SmallServer.Reply(headers: ["Cache-Control": "max-age=600"], body: named.joined(separator: "+"))
        } _: { server, url in
            let client = PacedHTTPClient(.shared, cache: ResponseCache(), callerFields: [session])
            for name in ["Authorization", "Cookie", "X-API-Key", "X-Session"] {
                for caller in ["alice", "bob", "alice"] {
                    var request = HTTPClientRequest(url: url + "/me")
                    request.headers.add(name: name.lowercased(), value: caller)
                    let response = try await client.execute(request)
                    #expect(try await Self.text(response) == caller, "by \(name)")
                }
            }
            #expect(server.asked.count == 8)
            for field in ["X-API-Key", "X-Session"] {
                var (alice, bob) = (HTTPClientRequest(url: url), HTTPClientRequest(url: url))
                alice.headers.add(name: field, value: "alice")
                bob.headers.add(name: field, value: "bob")
                #expect(client.pacer(for: alice) !== client.pacer(for: bob), "by \(field)")
                #expect(client.pacer(for: alice) === client.pacer(for: alice))
            }
        }
    }

    @Test func aTokenThatIsGivenPartsWhatIsKept() async throws {
        try await SmallServer.with { number, request in
            let wasAsked = request.head.headers.contains(name: "If-None-Match")
            let headers: HTTPHeaders = ["Cache-Control": "private, max-age=0", "ETag": "\"1\""]
            return SmallServer.Reply(status: wasAsked ? .notModified : .ok, headers: headers, body: "body \(number)")
        } _: { server, url in
            let client = PacedHTTPClient(.shared, cache: ResponseCache())
            for (token, body) in [("alice", "body 1"), ("bob", "body 2"), ("alice", "body 1"), ("bob", "body 2")] {
                let response = try await client.execute(HTTPClientRequest(url: url + "/me"), token: token)
                #expect(try await Self.text(response) == body)
            }
            #expect(server.asked.count == 4)
        }
    }

    @Test func aBodyThatIsTooLongPassesThrough() async throws {
        var settings = ResponseCache.Settings()
        settings.mostBodyBytes = 100
        let cache = ResponseCache(settings: settings)
        let long = String(repeating: "x", count: 100_000)
        try await SmallServer.with { _, _ in
            SmallServer.Reply(headers: ["Cache-Control": "max-age=600"], body: long)
        } _: { server, url in
            let client = PacedHTTPClient(.shared, cache: cache)
            for _ in 0..<2 {
                let response = try await client.execute(Self.request(url + "/long"))
                #expect(try await Self.text(response) == long)
            }
            #expect(server.asked.count == 2 && cache.count == 0)
        }
    }

    @Test func anApplicationIsToldWhereItComesNearAndNotWithWhichToken() async throws {
        let told = Recorded<(endpoint: PacedEndpoint, standing: Standing)>()
        try await SmallServer.with { _, _ in
            SmallServer.Reply(headers: ["RateLimit": "limit=10, remaining=1, reset=60"])
        } _: { _, url in
            let client = PacedHTTPClient(.shared) { told.append(($0, $1)) }
            _ = try await client.execute(Self.request(url + "/objects/1", token: "hunter2"), endpoint: "/objects/{id}")
            #expect(told.all.count == 1)
            #expect(told.all.first?.endpoint.description == "GET \(url)/objects/{id}")
            #expect(told.all.first?.standing.level == .near)
            var shown = ""
            dump(told.all, to: &shown)
            #expect(!shown.contains("hunter2"))
        }
    }
}
#endif
