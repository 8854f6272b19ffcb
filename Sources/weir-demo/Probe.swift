#if Hummingbird
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// One request to one instance, and what came back.
struct Probe: Sendable {
    /// The two requests of the example API.
    enum Endpoint: String, Sendable, CaseIterable {
        case create = "POST /objects"
        case list = "GET /objects"

        var method: HTTPMethod { self == .create ? .POST : .GET }
    }

    /// What the portal's answers say, where they are JSON.
    struct Body: Decodable {
        var code: String?
        var message: String?
        var limit: Int?
        var used: Int?
        var quota: Int?
        var remaining: Int?
        var sites: [String]?
        var applications: [String: Int]?
    }

    let status: Int
    /// The fields about limits, in the order in which they came.
    let fields: [(name: String, value: String)]
    let sent: ContinuousClock.Instant
    let answered: ContinuousClock.Instant
    let body: Body

    var isAdmitted: Bool { (200..<300).contains(status) }
    var isRefused: Bool { status == 429 }

    subscript(name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }

    /// One number of `RateLimit: limit=5, remaining=0, reset=43`.
    func rateLimit(_ key: String) -> Int? {
        for member in (self["RateLimit"] ?? "").split(separator: ",") {
            let pair = member.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            if pair.count == 2, pair[0] == key { return Int(pair[1]) }
        }
        return nil
    }

    static func send(
        _ endpoint: Endpoint,
        token: String,
        to instance: Instance,
        with client: HTTPClient
    ) async throws -> Probe {
        try await send(endpoint.method, "/objects", token: token, to: instance, with: client)
    }

    static func send(
        _ method: HTTPMethod,
        _ path: String,
        token: String,
        to instance: Instance,
        with client: HTTPClient
    ) async throws -> Probe {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(instance.port)\(path)")
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let sent = ContinuousClock.now
        let response = try await client.execute(request, timeout: .seconds(10))
        let answered = ContinuousClock.now
        let body = try await response.body.collect(upTo: 1 << 20)
        let told = response.headers.filter { field in
            let name = field.name.lowercased()
            return name.contains("rate") || name == "retry-after"
        }
        return Probe(
            status: Int(response.status.code),
            fields: told.map { ($0.name, $0.value) },
            sent: sent,
            answered: answered,
            body: (try? JSONDecoder().decode(Body.self, from: Data(buffer: body))) ?? Body()
        )
    }
}
#endif
