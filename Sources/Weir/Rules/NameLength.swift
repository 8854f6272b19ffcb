/// Names that callers choose: 1 to 65,536 bytes of UTF-8.
enum NameLength {
    static func check(_ name: String, _ what: String, _ code: WeirError.Code) throws(WeirError) {
        guard (1...65_536).contains(name.utf8.count) else {
            throw WeirError(code, "the \(what) has \(name.utf8.count) bytes; 1 to 65536 are possible")
        }
    }
}
