#if AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on the loopback interface that answers as it is told.
final class SmallServer: Sendable {
    struct Asked: Sendable {
        let head: HTTPRequestHead
        let body: [UInt8]
    }

    struct Reply: Sendable {
        var status = HTTPResponseStatus.ok
        var headers: HTTPHeaders = [:]
        var body = ""
        /// Whether the connection ends instead.
        var isLost = false
    }

    typealias Script = @Sendable (_ number: Int, _ request: Asked) -> Reply

    private let script: Script
    private let requests = Mutex<[Asked]>([])
    private let channel = Mutex<(any Channel)?>(nil)

    private init(_ script: @escaping Script) { self.script = script }

    /// What was asked, in the order of arrival.
    var asked: [Asked] { requests.withLock { $0 } }

    /// Runs a server while something is done with its address, such as `http://127.0.0.1:4711`.
    static func with<Result>(
        _ script: @escaping Script,
        isolation: isolated (any Actor)? = #isolation,
        _ operation: (SmallServer, _ url: String) async throws -> Result
    ) async throws -> Result {
        let server = SmallServer(script)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        let result: Result
        do {
            result = try await operation(server, "http://127.0.0.1:\(port)")
        } catch {
            try await channel.close().get()
            throw error
        }
        try await channel.close().get()
        return result
    }

    private func reply(to request: Asked) -> Reply {
        let number = requests.withLock { requests in
            requests.append(request)
            return requests.count
        }
        return script(number, request)
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let server: SmallServer
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(_ server: SmallServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = []
            case .body(let part):
                body += part.readableBytesView
            case .end:
                guard let head else { return }
                answer(server.reply(to: Asked(head: head, body: body)), context)
            }
        }

        private func answer(_ reply: Reply, _ context: ChannelHandlerContext) {
            guard !reply.isLost else {
                context.close(promise: nil)
                return
            }
            var headers = reply.headers
            if reply.status != .notModified { headers.add(name: "Content-Length", value: "\(reply.body.utf8.count)") }
            context.write(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers))),
                promise: nil
            )
            if !reply.body.isEmpty {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: reply.body)))), promise: nil)
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
#endif
