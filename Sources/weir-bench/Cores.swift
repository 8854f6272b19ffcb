import Foundation

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
    func pinThisProcess() {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["taskset", "-a", "-c", "-p", "\(client)", "\(ProcessInfo.processInfo.processIdentifier)"]
        process.standardOutput = FileHandle.nullDevice
        try? process.run()
        process.waitUntilExit()
    }
}
