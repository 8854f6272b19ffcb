/// What the live page shows, as its script reads it.
struct LiveReport: Codable, Sendable {
    /// Seconds since the epoch.
    var time: Double
    var instances: [LiveInstance]
    var groups: [LiveGroup]
    var windows: [LiveWindow]
    var redis: LiveRedis
}
