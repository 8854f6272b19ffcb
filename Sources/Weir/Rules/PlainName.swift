/// Names that become part of a key as they are.
enum PlainName {
    /// What a message says of them.
    static let characters = "A-Z a-z 0-9 - _ ."

    private static let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8)

    static func isValid(_ name: String, lengths: ClosedRange<Int>) -> Bool {
        lengths.contains(name.utf8.count) && name.utf8.allSatisfy(allowed.contains)
    }
}
