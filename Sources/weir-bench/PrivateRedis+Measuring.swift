import Hiredis
import LocalServers

extension PrivateRedis {
    /// What a load has shown, with the CPU that the server used meanwhile.
    func measuring(
        over connection: BlockingConnection,
        _ load: () async throws -> Measurement
    ) async throws -> Measurement {
        let before = try cpuSeconds(over: connection)
        var measurement = try await load()
        measurement.serverSeconds = try cpuSeconds(over: connection) - before
        return measurement
    }

    private func cpuSeconds(over connection: BlockingConnection) throws -> Double {
        let user = Double(try connection.info("cpu", "used_cpu_user")) ?? 0
        return user + (Double(try connection.info("cpu", "used_cpu_sys")) ?? 0)
    }
}
