/// A limit that is stored in place of another, as a listing shows it.
public struct StoredOverride: Sendable, Hashable {
    /// What it is for: what follows the brace in the key, such as `:group`, `:endpoint:t=…:e=POST%20/objects` or `/sites`.
    ///
    /// Tokens and users stand there as hashes. With `production` in front it is the raise of a production group.
    public let field: String
    /// The limit; nil if what is stored is no limit, and then decisions fail until it is mended or removed.
    public let override: LimitOverride?
    /// As it is stored: the limit, and where it ends the time in seconds since the epoch.
    public let text: String

    init(field: String, text: String) {
        self.field = field
        self.text = text
        override = LimitOverride(stored: text)
    }
}
