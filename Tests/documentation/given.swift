// What the examples in comments take for granted, one line for each name. It is compiled with them and never run.

var cache: ResponseCache { fatalError() }
var client: ExampleClient { fatalError() }
var clock: any Clock<Duration> { fatalError() }
var limiter: RateLimiter { fatalError() }
var logger: Logger { fatalError() }
var now: Duration { fatalError() }
var policy: Policy { fatalError() }
var request: HTTPRequest { fatalError() }
var response: HTTPResponse { fatalError() }
var router: Router<BasicRequestContext> { fatalError() }
var rules: [Rule] { fatalError() }
var token: String { fatalError() }
var url: String { fatalError() }
var user: String { fatalError() }

func deliver(_ cached: CachedResponse) { fatalError() }
func respond() async -> HTTPResponse { fatalError() }
func send(_ request: HTTPRequest, adding fields: HTTPFields) async throws { fatalError() }
func send(_ response: HTTPResponse) { fatalError() }
func send(_ status: HTTPResponse.Status, _ fields: HTTPFields, _ body: String) { fatalError() }

struct NotFound: Error {}
struct Unauthorized: Error {}

struct ExampleClient: Sendable {
    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let fields: HTTPFields
    }

    func get(_ path: String) async throws -> Answer { fatalError() }
}
