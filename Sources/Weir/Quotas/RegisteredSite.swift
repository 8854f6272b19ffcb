/// One site of a group, and who registered it.
public struct RegisteredSite: Sendable, Hashable {
    /// The site in its one form, as in ``Site/identity``.
    public let identity: String
    /// The application that registered it first.
    public let application: String
    /// When that was, as time since the epoch, on the clock of whoever decided.
    public let registeredAt: Duration

    /// A site as the ledger has it: the application percent-encoded, the time in microseconds since the epoch.
    package init(identity: String, time: Int, application: [UInt8]) {
        self.identity = identity
        self.application = KeyScheme.decodedName(application)
        self.registeredAt = .microseconds(time)
    }

    /// A site as it is stored, `MICROSECONDS APPLICATION` under its identity; nil if it is something else.
    package init?(identity: String, stored value: [UInt8]) {
        let words = value.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, words[0].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let time = Int(String(decoding: words[0], as: UTF8.self)), !words[1].isEmpty
        else { return nil }
        self.init(identity: identity, time: time, application: Array(words[1]))
    }
}
