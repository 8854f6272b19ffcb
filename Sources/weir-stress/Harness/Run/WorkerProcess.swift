internal import Foundation

/// A worker of a run, and the file that it records into.
struct WorkerProcess: Sendable {
    let number: Int
    let record: String
    /// When it tried to connect to Redis.
    var connections: String { Self.connections(besides: record) }
    private let process: Process
    /// When it was killed on purpose.
    private(set) var killed: Int?

    /// Starts a worker: this program again, with the plan as its argument.
    init(_ plan: StressPlan, number: Int, in directory: String, program: URL) throws {
        self.number = number
        record = "\(directory)/worker-\(number).records"
        process = Process()
        process.executableURL = program
        let text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
        process.arguments = ["worker", "--plan", text, "--process", "\(number)", "--record", record]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    static func connections(besides record: String) -> String { record + ".connections" }

    var isRunning: Bool { process.isRunning }
    var identifier: Int32 { process.processIdentifier }

    /// Ends it at once.
    mutating func kill(at time: Int) {
        killed = time
        end()
    }

    func end() { if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) } }

    /// What went wrong with it, once it has ended.
    var complaint: String? {
        guard killed == nil, !process.isRunning else { return nil }
        switch (process.terminationReason, process.terminationStatus) {
        case (.exit, 0): return nil
        case (.exit, let status): return "worker \(number) ended with status \(status)"
        case (_, let signal): return "worker \(number) was ended by signal \(signal)"
        }
    }
}
