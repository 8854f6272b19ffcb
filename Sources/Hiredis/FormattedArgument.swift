/// An argument as the protocol has it, with its length before it: formatted once where it goes out often.
package struct FormattedArgument: Sendable, Hashable {
    /// `$`, how many bytes there are, a line end, the bytes, and another line end.
    package let formatted: [UInt8]

    package init(_ bytes: [UInt8]) {
        var formatted: [UInt8] = []
        // The length of what is not longer than a key usually is takes three digits at most.
        formatted.reserveCapacity(bytes.count + 8)
        formatted.append(argument: bytes)
        self.formatted = formatted
    }

    /// The argument itself.
    package var bytes: [UInt8] {
        let start = (formatted.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1
        return Array(formatted[start..<(formatted.count - [UInt8].lineEnd.count)])
    }
}
