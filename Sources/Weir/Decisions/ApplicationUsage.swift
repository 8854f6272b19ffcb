/// One application's part of what its group has used.
public struct ApplicationUsage: Sendable, Hashable {
    /// The application's name; one longer than 64 characters, percent-encoded, appears as `~` and 22 characters of a hash.
    public let application: String
    /// The units that count now.
    public let used: Int
    /// The time until the oldest of them leave.
    public let reset: Duration

    init(_ part: PartUsage) {
        application = KeyScheme.decodedName(part.name.utf8.dropFirst("a=".utf8.count))
        used = part.used
        reset = .microseconds(part.reset)
    }
}
