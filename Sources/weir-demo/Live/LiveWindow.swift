/// How full one window is, named so that nobody learns whose it is.
struct LiveWindow: Codable, Sendable {
    var rule: String
    /// The endpoint, and the beginning of the caller's hash as it stands in the keys of Redis.
    var label: String
    var used: Int
    var limit: Int
    /// Seconds until the oldest units leave.
    var reset: Double
}
