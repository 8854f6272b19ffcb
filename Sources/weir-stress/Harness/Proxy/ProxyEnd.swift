internal import NIOCore

/// One end of a connection through the proxy: hands on what arrives, and reads only when the other end can take more.
///
/// Bound to the event loop of its channel.
final class ProxyEnd: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let channel: any Channel
    private let side: Relay.Side
    /// Owns this.
    weak var relay: Relay?
    private var context: ChannelHandlerContext?
    /// Whether a read was asked for while the other end could take no more.
    private var wantsToRead = false

    init(_ channel: any Channel, side: Relay.Side) {
        self.channel = channel
        self.side = side
    }

    var isWritable: Bool { channel.isWritable }

    func write(_ bytes: ByteBuffer) { channel.writeAndFlush(bytes, promise: nil) }

    func close() { channel.close(promise: nil) }

    /// Goes on with a read that had to wait.
    func resumeReading() {
        guard wantsToRead, relay?.hasRoom(for: side) == true else { return }
        wantsToRead = false
        context?.read()
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func read(context: ChannelHandlerContext) {
        wantsToRead = true
        resumeReading()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { relay?.receive(unwrapInboundIn(data), from: side) }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        relay?.writabilityChanged(of: side)
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
