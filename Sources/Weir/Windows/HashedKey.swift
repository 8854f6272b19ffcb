package import Hiredis

/// A key in Redis, formatted and hashed once: batches look it up, and the bytes are compared only where the hashes agree.
package struct HashedKey: Sendable, Hashable {
    package let argument: FormattedArgument
    let hash: KnownHash

    package init(_ bytes: [UInt8]) {
        argument = FormattedArgument(bytes)
        hash = KnownHash { hasher in
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    package var bytes: [UInt8] { argument.bytes }
    /// As it goes out.
    var formatted: [UInt8] { argument.formatted }

    package static func == (left: HashedKey, right: HashedKey) -> Bool {
        left.hash == right.hash && left.argument == right.argument
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
