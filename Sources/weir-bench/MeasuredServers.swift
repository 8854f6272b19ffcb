import Hiredis
import LocalServers

/// The servers that a load goes to, and what they have done for it, all together.
///
/// Each look is over connections of its own: a server may close one that says nothing for as long as a row takes.
struct MeasuredServers: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private struct Totals: Sendable {
        var seconds = 0.0
        var scriptCalls = 0
        var received = 0
        var sent = 0
    }

    let addresses: [RedisAddress]

    init(_ addresses: [RedisAddress]) { self.addresses = addresses }

    /// What a load has shown, with the CPU, the calls of scripts and the traffic of the servers meanwhile.
    func measuring(_ load: () async throws -> Measurement) async throws -> Measurement {
        let before = try await totals()
        var measurement = try await load()
        let after = try await totals()
        measurement.serverSeconds = after.seconds - before.seconds
        measurement.scriptCalls = after.scriptCalls - before.scriptCalls
        measurement.receivedBytes = after.received - before.received
        measurement.sentBytes = after.sent - before.sent
        return measurement
    }

    /// What the first of them says that it is.
    func version() async throws -> String {
        try await OwnThread.run { [addresses] in
            guard let first = addresses.first else { return "unknown" }
            return try BlockingConnection(address: first).info("server", "redis_version")
        }
    }

    private func totals() async throws -> Totals {
        try await OwnThread.run { [addresses] in
            var totals = Totals()
            for address in addresses {
                let connection = try BlockingConnection(address: address)
                guard let user = Double(try connection.info("cpu", "used_cpu_user")),
                    let system = Double(try connection.info("cpu", "used_cpu_sys"))
                else { throw Failure(description: "\(address) does not tell its CPU; give the user the right +info") }
                totals.seconds += user + system
                // calls=3,usec=91,…; without a call there is no such line.
                let calls = try connection.info("commandstats", "cmdstat_evalsha").prefix { $0 != "," }
                totals.scriptCalls += Int(calls.dropFirst("calls=".count)) ?? 0
                totals.received += Int(try connection.info("stats", "total_net_input_bytes")) ?? 0
                totals.sent += Int(try connection.info("stats", "total_net_output_bytes")) ?? 0
            }
            return totals
        }
    }
}
