#if AsyncHTTPClient
internal import AsyncHTTPClient
internal import NIOCore

/// A body that passes through, and is remembered up to a number of bytes until it has come to its end.
///
/// Who reads only a part of it leaves nothing to keep.
struct KeptBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private let body: HTTPClientResponse.Body
    private let most: Int
    private let atEnd: @Sendable ([UInt8]?) -> Void

    /// A body that is kept.
    ///
    /// - Parameters:
    ///   - body: the body.
    ///   - most: how many bytes are remembered.
    ///   - atEnd: called with all of them at the end, or nil if there are more.
    init(_ body: HTTPClientResponse.Body, atMost most: Int, atEnd: @escaping @Sendable ([UInt8]?) -> Void) {
        self.body = body
        self.most = most
        self.atEnd = atEnd
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(base: body.makeAsyncIterator(), most: most, atEnd: atEnd)
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var base: HTTPClientResponse.Body.AsyncIterator
        fileprivate let most: Int
        fileprivate let atEnd: @Sendable ([UInt8]?) -> Void
        /// Nil once there is too much, or the end has come.
        private var bytes: [UInt8]? = []

        fileprivate init(
            base: HTTPClientResponse.Body.AsyncIterator,
            most: Int,
            atEnd: @escaping @Sendable ([UInt8]?) -> Void
        ) {
            self.base = base
            self.most = most
            self.atEnd = atEnd
        }

        mutating func next() async throws -> ByteBuffer? {
            guard let part = try await base.next() else {
                if let bytes { atEnd(bytes) }
                bytes = nil
                return nil
            }
            if let count = bytes?.count {
                if count + part.readableBytes > most {
                    bytes = nil
                    atEnd(nil)
                } else {
                    bytes?.append(contentsOf: part.readableBytesView)
                }
            }
            return part
        }
    }
}
#endif
