/// A group, and what its applications have used of its limit.
struct LiveGroup: Codable, Sendable {
    struct Application: Codable, Sendable {
        var name: String
        var used: Int
    }

    var name: String
    var limit: Int?
    var used: Int
    /// Seconds until the oldest units leave.
    var reset: Double
    var applications: [Application]
}
