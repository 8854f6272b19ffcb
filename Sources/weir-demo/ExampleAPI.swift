#if Hummingbird
import Foundation
import HTTPTypes
import Hummingbird
import PrometheusExposition
import Weir
import WeirFields
import WeirHTTP
import WeirHummingbird
import WeirPolicy

/// A content API and a developer portal in one: objects are created and sites registered, by applications of a group.
struct ExampleAPI: Sendable {
    /// What the API publishes, by endpoint.
    ///
    /// `deploy/demo` measures against the same numbers.
    static let endpoints: [String: Limit] = [
        "POST /objects": Limit(5, per: .minute),
        "GET /objects": Limit(60, per: .minute),
    ]
    static let groupLimit = Limit(10_000, per: .day)

    static let rules = [
        Rule("endpoint", per: .token, .endpoint, limits: endpoints),
        Rule("group", per: .group, limit: groupLimit, warnAt: 0.8),
        Rule("application", observing: .group, .application, per: .day),
    ]

    /// The policy of an instance that is given no file.
    ///
    /// A group over its limit is asked to pay; whoever is too fast is asked to wait.
    static var policy: Policy {
        var responses = Policy.Responses()
        responses.dialectsByRule = ["group": [.dictionary, .xRateLimitEpoch]]
        responses.refusals = ["group": Refusal(status: .init(code: 402), code: "groupLimitReached")]
        return Policy(rules: rules, responses: responses)
    }

    let limiter: RateLimiter
    let keeper: QuotaKeeper
    let responses: CurrentResponses
    let board: LiveBoard
    let metrics: PrometheusMetrics

    /// What an instance runs.
    ///
    /// - Parameters:
    ///   - policy: its rules, quotas and answers.
    ///   - redis: where Redis is.
    ///   - configuration: of the limiter and the keeper.
    ///   - metrics: where both record, for `/metrics`.
    ///   - name: what the page calls it.
    ///   - peers: where the other instances listen, for the page.
    /// - Throws: `WeirError` if the address or the policy makes no sense.
    init(
        policy: Policy,
        redis: String,
        configuration: RateLimiter.Configuration,
        metrics: PrometheusMetrics,
        name: String = "instance",
        peers: [String] = []
    ) throws(WeirError) {
        var configuration = configuration
        configuration.metrics = metrics
        limiter = try RateLimiter(redis: redis, rules: policy.resolvedRules, configuration: configuration)
        keeper = try QuotaKeeper(redis: redis, quotas: policy.quotas, configuration: configuration)
        responses = try CurrentResponses(policy)
        let keys = KeyScheme(prefix: configuration.keyPrefix, secret: Array(configuration.keySecret.utf8))
        board = LiveBoard(name: name, limiter: limiter, keeper: keeper, keys: keys, peers: peers)
        self.metrics = metrics
    }

    func router() -> Router<BasicRequestContext> {
        let router = Router()
        // What is added before the middlewares is not counted: probes, metrics and the page.
        Operations(limiter: limiter, keeper: keeper, metrics: metrics).add(to: router)
        LiveRoutes(board: board).add(to: router)
        // All other responses have the fields, those to a path or a method that is not known too.
        router.add(middleware: middleware)
        router.add(middleware: QuotaErrors())
        router.get("objects") { _, _ in Listing(objects: []) }
        router.post("objects") { request, context in try await create(request, context) }
        router.get("usage") { request, _ in try await usage(request) }
        router.get("sites") { request, _ in try await sites(request) }
        router.put("sites/:site") { request, context in try await register(request, context.parameters.require("site"))
        }
        return router
    }

    private var middleware: RateLimitMiddleware<BasicRequestContext> {
        RateLimitMiddleware(
            limiter: limiter,
            following: { [responses, board] in
                RequestGate.Settings(
                    fields: responses.fields,
                    refusals: responses.refusals,
                    onDecision: { decision, descriptor in board.add(decision, on: descriptor) }
                )
            },
            describe: { request, context in
                let caller = try Caller(request)
                // One count for all that no route matches, however many paths a client invents.
                let endpoint = context.endpointPath.map { "\(request.method) \($0)" } ?? "unmatched"
                return Descriptor(
                    token: .init(caller.token),
                    endpoint: .init(endpoint),
                    group: .init(caller.group),
                    application: .init(caller.application),
                    user: .init(caller.user)
                )
            }
        )
    }

    private struct Listing: ResponseEncodable {
        let objects: [String]
    }

    private struct Creation: ResponseEncodable {
        let created: Int
        let remaining: Int
    }

    private struct Usage: ResponseEncodable {
        let limit: Int?
        let used: Int
        let applications: [String: Int]
    }

    private struct Sites: ResponseEncodable {
        let sites: [String]
        let quota: Int
    }

    private func create(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let caller = try Caller(request)
        // A client that repeats a request whose answer it never got sends the same id.
        let operation = HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] }.flatMap {
            $0.isEmpty ? nil : $0
        }
        switch try await keeper.create(by: caller.user, operation: operation) {
        case .created(let usage):
            let creation = Creation(created: usage.charged, remaining: usage.remaining)
            var response = try creation.response(from: request, context: context)
            response.status = .created
            return response
        case .exhausted(let usage): return Response(responses.response(exhausted: usage))
        }
    }

    private func usage(_ request: Request) async throws -> Usage {
        let group = try Caller(request).group
        let told: GroupUsage
        do throws(WeirError) {
            told = try await limiter.usage(of: group)
        } catch {
            guard error.code == .invalidRule else { throw error }
            throw HTTPError(.notFound, message: "The limits of this service are not counted by group and application.")
        }
        let applications = told.applications.map { ($0.application, $0.used) }
        return Usage(
            limit: told.usage.limit,
            used: told.usage.used,
            applications: Dictionary(applications, uniquingKeysWith: +)
        )
    }

    private func sites(_ request: Request) async throws -> Sites {
        let group = try Caller(request).group
        let sites = try await keeper.sites(of: group).map(\.identity)
        return Sites(sites: sites, quota: try await keeper.siteUsage(of: group).quota)
    }

    private func register(_ request: Request, _ site: String) async throws -> Response {
        let caller = try Caller(request)
        switch try await keeper.register(site: site, for: caller.group, application: caller.application) {
        case .registered: return Response(status: .created)
        case .alreadyRegistered: return Response(status: .ok)
        case .refused(let usage): return Response(responses.response(refused: usage))
        }
    }
}
#endif
