/// A key in Redis, hashed once: batches look it up, and the bytes are compared only where the hashes agree.
package struct HashedKey: Sendable, Hashable {
    package let bytes: [UInt8]
    package let hash: Int

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        hash = hasher.finalize()
    }

    package static func == (left: HashedKey, right: HashedKey) -> Bool {
        left.hash == right.hash && left.bytes == right.bytes
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
