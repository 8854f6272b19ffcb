internal import Glibc
internal import NIOCore
internal import SeededRandom

/// One connection through the proxy: what the client sends goes to Redis, and what Redis answers to the client.
///
/// Bound to the event loop of both of its channels.
final class Relay {
    /// Where bytes come from.
    enum Side {
        case client, server
    }

    /// What happens to a connection when enough bytes have passed.
    private enum Trap {
        case cut(after: Int)
        case garbage(GarbagePoint)
    }

    private let clientEnd: ProxyEnd
    private let serverEnd: ProxyEnd
    private let requests: Lane
    private let replies: Lane
    private let ledger: ProxyLedger
    private var trap: Trap?
    private var lastReplyByte: UInt8?

    init(_ client: any Channel, to server: any Channel, ledger: ProxyLedger) {
        let clientEnd = ProxyEnd(client, side: .client)
        let serverEnd = ProxyEnd(server, side: .server)
        let eventLoop = client.eventLoop
        requests = Lane(eventLoop: eventLoop, write: serverEnd.write, drained: clientEnd.resumeReading)
        replies = Lane(eventLoop: eventLoop, write: clientEnd.write, drained: serverEnd.resumeReading)
        self.clientEnd = clientEnd
        self.serverEnd = serverEnd
        self.ledger = ledger
        clientEnd.relay = self
        serverEnd.relay = self
    }

    /// Begins to pass on what arrives; when one side ends, so does the other, and `ended` is called.
    func start(ended: @escaping () -> Void) throws {
        for end in [clientEnd, serverEnd] {
            try end.channel.pipeline.syncOperations.addHandler(end)
            end.channel.closeFuture.assumeIsolated().whenComplete { _ in
                self.close()
                ended()
            }
        }
        ledger.add(to: \.connections)
    }

    /// Ends both sides; what is still held back is lost.
    func close() {
        trap = nil
        requests.close()
        replies.close()
        clientEnd.close()
        serverEnd.close()
    }

    // MARK: What faults do

    /// Both sides end after so many more bytes, in whichever direction they go.
    func cut(after bytes: Int) { trap = .cut(after: bytes) }

    /// The client reads what Redis did not write, after so many more bytes of replies.
    func garble(after bytes: Int) { trap = .garbage(GarbagePoint(after: bytes, last: lastReplyByte)) }

    /// The client's kernel is told that the connection is not there any more.
    func reset() {
        // A close that waits for nothing makes the kernel send RST instead of FIN.
        _ = (clientEnd.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        ledger.add(to: \.resets)
        close()
    }

    func delay(requests first: SeededGenerator, replies second: SeededGenerator) {
        requests.keep(.late(first))
        replies.keep(.late(second))
    }

    /// Bytes from one side arrive one at a time.
    func dribble(from side: Side) { lane(from: side).keep(.byteByByte) }

    /// Everything is as it was before any fault.
    func recover() {
        trap = nil
        requests.keep(.steady)
        replies.keep(.steady)
    }

    // MARK: What the ends ask and tell

    func hasRoom(for side: Side) -> Bool { lane(from: side).hasRoom && end(opposite: side).isWritable }

    func writabilityChanged(of side: Side) { end(opposite: side).resumeReading() }

    func receive(_ bytes: ByteBuffer, from side: Side) {
        ledger.add(bytes.readableBytes, to: \.bytes)
        switch trap {
        case .cut(let left) where bytes.readableBytes > left:
            pass(ByteBuffer(bytes.readableBytesView.prefix(left)), from: side)
            ledger.add(to: \.cuts)
            close()
        case .cut(let left):
            trap = .cut(after: left - bytes.readableBytes)
            pass(bytes, from: side)
        case .garbage(var point) where side == .server:
            let offset = point.offset(in: bytes.readableBytesView)
            trap = offset == nil ? .garbage(point) : nil
            pass(offset.map { garbled(bytes, at: $0) } ?? bytes, from: side)
        case .garbage, nil:
            pass(bytes, from: side)
        }
        if side == .server { lastReplyByte = bytes.readableBytesView.last }
    }

    private func garbled(_ bytes: ByteBuffer, at offset: Int) -> ByteBuffer {
        ledger.add(to: \.garbled)
        var garbled = ByteBuffer(bytes.readableBytesView.prefix(offset))
        garbled.writeBytes(GarbagePoint.bytes)
        garbled.writeBytes(bytes.readableBytesView.dropFirst(offset))
        return garbled
    }

    private func pass(_ bytes: ByteBuffer, from side: Side) {
        let lane = lane(from: side)
        switch lane.pace {
        case .steady: break
        case .late: ledger.add(bytes.readableBytes, to: \.delayed)
        case .byteByByte: ledger.add(bytes.readableBytes, to: \.dribbled)
        }
        lane.send(bytes)
    }

    private func lane(from side: Side) -> Lane { side == .client ? requests : replies }

    private func end(opposite side: Side) -> ProxyEnd { side == .client ? serverEnd : clientEnd }
}
