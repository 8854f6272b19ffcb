import Foundation
import TestSupport
import Weir

/// A process that the host starts while connections are open.
enum Child {
    static func run(url: String) async throws {
        // What this process has inherited itself from one that runs many tests.
        let given = try sockets(of: "self")
        let limiters = try (0..<4).map { _ in
            try RateLimiter(redis: url, rules: Worker.rules, configuration: .patient)
        }
        let descriptor = Descriptor(token: "hot", endpoint: "log", group: "group", application: "application")
        for limiter in limiters { _ = try await limiter.acquire(descriptor) }
        let inheritable = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)

        // Not `Process`: what that closes is up to Foundation.
        var child = pid_t()
        var arguments = [strdup("sleep"), strdup("60"), nil]
        defer { for argument in arguments { free(argument) } }
        let status = posix_spawnp(&child, "sleep", nil, nil, &arguments, environ)
        guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EIO) }
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        let report = ChildReport(
            own: try sockets(of: "self").subtracting(given),
            inheritable: Int(inheritable),
            inherited: try sockets(of: "\(child)").subtracting(given)
        )
        close(inheritable)
        for limiter in limiters { await limiter.shutdown() }
        FileHandle.standardOutput.write(try JSONEncoder().encode(report))
    }

    /// The sockets that a process has beside its standard input, output and errors.
    private static func sockets(of process: String) throws -> Set<Int> {
        let directory = "/proc/\(process)/fd"
        let numbers = try FileManager.default.contentsOfDirectory(atPath: directory).compactMap { Int($0) }
        return Set(numbers).filter { number in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\(number)")
            return number > 2 && target?.hasPrefix("socket:") == true
        }
    }
}
