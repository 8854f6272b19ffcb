extension BidirectionalCollection<UInt8> {
    /// Without the spaces and tabs around it: the optional white space of RFC 9110, section 5.6.3.
    package var trimmingBlanks: SubSequence {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let start = firstIndex { !isBlank($0) } ?? endIndex
        let end = lastIndex { !isBlank($0) }.map(index(after:)) ?? start
        return self[start..<end]
    }
}

extension StringProtocol {
    /// Without the spaces and tabs around it.
    package var trimmingBlanks: Substring { Substring(Substring(self).utf8.trimmingBlanks) }
}
