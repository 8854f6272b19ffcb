import Foundation

/// Where a run took place.
struct Machine: Encodable {
    let processor: String
    let cores: Int
    let pinning: String
    /// Its version.
    let redis: String

    var summary: String { "\(processor), \(cores) cores, \(pinning), Redis \(redis)" }

    /// - Parameters:
    ///   - pinning: who runs where.
    ///   - redis: the version of the Redis that was measured.
    init(pinning: String, redis: String) {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        processor = model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
        cores = ProcessInfo.processInfo.processorCount
        self.pinning = pinning
        self.redis = redis
    }
}
