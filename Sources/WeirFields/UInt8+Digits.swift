extension UInt8 {
    /// Whether it is `0` to `9` in ASCII.
    package var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
