#if Hummingbird
import Foundation

/// An instance of the example service in a process of its own.
final class Instance: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let name: String
    let port: Int
    private let process: Process
    private let input: Pipe

    /// Starts this very program as a server and waits until it listens.
    ///
    /// - Parameters:
    ///   - name: what the live page calls it.
    ///   - redis: where Redis is.
    ///   - port: where it listens; 0 for any free port.
    ///   - peers: where the other instances listen.
    ///   - policy: its policy file; nil for the rules of the example.
    /// - Throws: ``Failure`` if it does not start.
    init(name: String, redis: String, port: Int = 0, peers: [Int] = [], policy: String? = nil) throws {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments =
            ["serve", "--redis", redis, "--name", name, "--port", "\(port)", "--until-input-ends"]
            + peers.flatMap { ["--peer", "http://127.0.0.1:\($0)"] } + (policy.map { ["--policy", $0] } ?? [])
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = line.split(separator: " ").last.flatMap({ Int($0.trimmingCharacters(in: .newlines)) }) else {
            throw Failure(description: "instance \(name) did not start; what it says of it stands above")
        }
        self.name = name
        self.port = port
        self.process = process
        self.input = input
    }

    var processIdentifier: Int32 { process.processIdentifier }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
#endif
