import Foundation
import LocalServers

/// Which core is whose: the client on one and the server on another, if there are two.
struct Cores: Sendable {
    /// Nil if there is only one.
    let server: Int?
    private let client: Int

    init() {
        let count = ProcessInfo.processInfo.activeProcessorCount
        server = count > 1 ? 0 : nil
        client = count > 1 ? 1 : 0
    }

    var description: String { server == nil ? "one core for both" : "one core for each" }

    /// Says that this process was started on its core.
    private static let mark = "WEIR_BENCH_ON_ITS_CORE"

    /// Keeps this process, and all threads that it has and will start, on the client's core: starts the program anew there.
    ///
    /// Swift's runtime has as many threads for tasks as the process has cores when it starts. In a process that is moved to
    /// one core later there are too many of them, which take turns there.
    func pinThisProcess() {
        Self.pin(ProcessInfo.processInfo.processIdentifier, to: client)
        guard ProcessInfo.processInfo.environment[Self.mark] == nil,
            let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        else { return }
        setenv(Self.mark, "1", 1)
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        // It returns only if it has failed.
        execv(program, arguments)
        for argument in arguments { free(argument) }
    }

    /// Moves a server that was started by this process, and so is where this process is, to the servers' core.
    func pinServer(_ process: Int32) {
        if let server { Self.pin(process, to: server) }
    }

    /// Waits for the program that does it; a machine that does not let it stays as it is.
    private static func pin(_ process: Int32, to core: Int) {
        let taskset = Process()
        taskset.executableURL = URL(filePath: "/usr/bin/env")
        taskset.arguments = ["taskset", "-a", "-c", "-p", "\(core)", "\(process)"]
        taskset.standardOutput = FileHandle.nullDevice
        do { try Spawning.alone { try taskset.run() } } catch { return }
        // Not waitUntilExit, which waits for a run loop.
        while taskset.isRunning { usleep(1000) }
    }
}
