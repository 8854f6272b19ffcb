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

    /// Keeps this process, and all threads that it has and will start, on the client's core.
    func pinThisProcess() { Self.pin(ProcessInfo.processInfo.processIdentifier, to: client) }

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
