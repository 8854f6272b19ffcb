#if Hummingbird
import Foundation
import HTTPTypes
import Hummingbird

/// The live page and what its script asks for; nothing of it is counted, and nothing of it changes anything.
struct LiveRoutes: Sendable {
    let board: LiveBoard

    func add(to router: Router<BasicRequestContext>) {
        router.get("/") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-cache"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.live_html))
            )
        }
        router.get("page/report.json") { _, _ in try Self.response(board.report()) }
        router.get("page/own.json") { _, _ in try Self.response(board.ownReport()) }
    }

    private static func response(_ report: LiveReport) throws -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(report)))
        )
    }
}
#endif
