internal import NIOCore
internal import SeededRandom

/// One direction of a connection through the proxy: bytes in their order, as fast as the fault of the moment lets them.
///
/// Bound to the event loop of its connection.
final class Lane {
    /// How bytes are passed on.
    enum Pace {
        case steady
        /// Each piece is held back for a while of its own, but never overtakes the one before.
        case late(SeededGenerator)
        case byteByByte
    }

    private struct Piece {
        var bytes: ByteBuffer
        let due: NIODeadline
    }

    private static let milliseconds = 10...200
    private static let pause = TimeAmount.microseconds(50)
    /// When so much is held back, no more is read.
    private static let mostHeld = 256 << 10

    private let eventLoop: any EventLoop
    private let write: (ByteBuffer) -> Void
    /// Called when there is room again.
    private let drained: () -> Void
    private var held = CircularBuffer<Piece>()
    private var heldBytes = 0
    private var timer: Scheduled<Void>?

    private(set) var pace = Pace.steady

    init(eventLoop: any EventLoop, write: @escaping (ByteBuffer) -> Void, drained: @escaping () -> Void) {
        self.eventLoop = eventLoop
        self.write = write
        self.drained = drained
    }

    var hasRoom: Bool { heldBytes < Self.mostHeld }

    /// What was held back goes out when the pace is steady again.
    func keep(_ pace: Pace) {
        self.pace = pace
        guard case .steady = pace else { return }
        timer?.cancel()
        timer = nil
        for piece in held { write(piece.bytes) }
        drop()
        drained()
    }

    func send(_ bytes: ByteBuffer) {
        switch pace {
        case .steady: write(bytes)
        case .late(var generator):
            let delay = TimeAmount.milliseconds(Int64(generator.number(Self.milliseconds)))
            pace = .late(generator)
            hold(bytes, until: .now() + delay)
        case .byteByByte: hold(bytes, until: .now())
        }
    }

    /// Forgets what is held back; the connection has ended.
    func close() {
        timer?.cancel()
        timer = nil
        pace = .steady
        drop()
    }

    private func drop() {
        held.removeAll()
        heldBytes = 0
    }

    private func hold(_ bytes: ByteBuffer, until due: NIODeadline) {
        held.append(Piece(bytes: bytes, due: due))
        heldBytes += bytes.readableBytes
        if timer == nil { wait(until: due) }
    }

    private func wait(until deadline: NIODeadline) {
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in self?.release() }
    }

    /// Passes on what is due.
    private func release() {
        timer = nil
        if case .byteByByte = pace {
            releaseByte()
        } else {
            while let piece = held.first, piece.due <= .now() {
                held.removeFirst()
                heldBytes -= piece.bytes.readableBytes
                write(piece.bytes)
            }
            if let next = held.first { wait(until: next.due) }
        }
        drained()
    }

    private func releaseByte() {
        let first = held.startIndex
        guard !held.isEmpty, let byte = held[first].bytes.readSlice(length: 1) else { return }
        heldBytes -= 1
        if held[first].bytes.readableBytes == 0 { held.removeFirst() }
        write(byte)
        if !held.isEmpty { wait(until: .now() + Self.pause) }
    }
}
