internal import Crypto

/// A Lua script, called by its SHA-1 digest and sent whole only when the server does not have it.
package struct Script: Sendable, Hashable {
    package let source: [UInt8]
    /// 40 lower-case hexadecimal digits, as `SCRIPT LOAD` answers.
    package let digest: [UInt8]

    package init(source: [UInt8]) {
        self.source = source
        let digits = Array("0123456789abcdef".utf8)
        self.digest = Insecure.SHA1.hash(data: source).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    package static func == (left: Script, right: Script) -> Bool { left.digest == right.digest }
    package func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
