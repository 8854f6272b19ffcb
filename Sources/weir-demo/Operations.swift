#if Hummingbird
import HTTPTypes
import Hummingbird
import PrometheusExposition
import Weir

/// What probes and Prometheus ask for; nothing of it is counted.
struct Operations: Sendable {
    let limiter: RateLimiter
    let keeper: QuotaKeeper
    let metrics: PrometheusMetrics

    func add(to router: Router<BasicRequestContext>) {
        router.get("live") { _, _ in Self.text("alive") }
        // Without Redis the policies decide: an instance that is degraded serves, and stays in the load balancer.
        router.get("ready") { _, _ in
            let states = [limiter.readiness, keeper.readiness]
            let isServing = states.allSatisfy(\.isServing)
            let words = zip(["limiter", "keeper"], states).map { "\($0): \($1)" }
            return Self.text(words.joined(separator: "\n"), isServing ? .ok : .serviceUnavailable)
        }
        router.get("metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text))
            )
        }
    }

    private static func text(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n"))
        )
    }
}
#endif
