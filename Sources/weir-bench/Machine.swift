import Foundation
import LocalServers

/// Where a run took place.
struct Machine: Encodable {
    let processor: String
    let cores: Int
    let pinning: String
    let redis: String

    var summary: String { "\(processor), \(cores) cores, \(pinning), Redis \(redis)" }

    init(cores: Cores, server: PrivateRedis) {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        processor = model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
        self.cores = ProcessInfo.processInfo.processorCount
        pinning = cores.description
        redis = (try? server.connection().info("server", "redis_version")) ?? "unknown"
    }
}
