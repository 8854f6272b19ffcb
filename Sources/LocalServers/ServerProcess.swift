internal import Foundation
internal import Synchronization

/// A process that serves until it is killed, and may then be started again; what it prints goes into a file.
final class ServerProcess: Sendable {
    /// As errors have it.
    private let name: String
    private let log: URL
    private let process = Mutex<Process?>(nil)

    /// - Parameters:
    ///   - name: as errors have it.
    ///   - log: the file that is written anew with each start.
    init(named name: String, log: URL) {
        self.name = name
        self.log = log
    }

    /// Starts it, for the first time or after `kill`, and waits until it answers.
    ///
    /// - Parameters:
    ///   - words: its name, which is looked for in `PATH`, and its arguments.
    ///   - isServing: whether it serves now.
    /// - Throws: ``PrivateRedis/Failure`` if it runs already, or with what it said last if it does not answer.
    func start(_ words: [String], until isServing: () -> Bool) throws {
        try process.withLock { process in
            guard process == nil else {
                throw PrivateRedis.Failure(
                    description: "\(name) has been started already; kill it before it starts again"
                )
            }
            let server = Process()
            server.executableURL = URL(filePath: "/usr/bin/env")
            server.arguments = words
            // Not `--logfile`: what is wrong with its settings is said on standard error alone.
            _ = FileManager.default.createFile(atPath: log.path, contents: nil)
            let log = try FileHandle(forWritingTo: log)
            server.standardOutput = log
            server.standardError = log
            try Spawning.alone { try server.run() }
            try log.close()
            process = server
        }
        try wait(until: isServing)
    }

    /// Waits until it answers.
    ///
    /// - Parameter isServing: whether it serves now.
    /// - Throws: ``PrivateRedis/Failure`` with what it said last if it does not.
    func wait(until isServing: () -> Bool) throws {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end, processIdentifier != nil {
            if isServing() { return }
            usleep(10_000)
        }
        let said = (try? String(contentsOf: log, encoding: .utf8))?.split(separator: "\n").suffix(10) ?? []
        let advice = "\(name) does not answer; is it installed? deploy/install-requirements installs it"
        throw PrivateRedis.Failure(description: ([advice] + said.map(String.init)).joined(separator: "\n"))
    }

    /// Nil while it does not run.
    var processIdentifier: Int32? {
        process.withLock { process in process.flatMap { $0.isRunning ? $0.processIdentifier : nil } }
    }

    /// Stops it where it stands, with `SIGSTOP`, until `thaw`.
    func freeze() { send(SIGSTOP) }

    func thaw() { send(SIGCONT) }

    private func send(_ signal: Int32) {
        if let processIdentifier { Foundation.kill(processIdentifier, signal) }
    }

    /// Ends it at once and waits until it has ended; its files stay.
    ///
    /// Not with SIGTERM: the signals that this process blocks, a child that it starts blocks too.
    func kill() {
        send(SIGKILL)
        // Not waitUntilExit: it waits for a run loop, which a thread of Swift's concurrency does not have.
        for _ in 0..<500 where processIdentifier != nil { usleep(10_000) }
        process.withLock { $0 = nil }
    }
}
