package import Foundation

/// Several processes of the test worker at once.
package enum WorkerProcesses {
    /// What each of them printed.
    ///
    /// - Parameters:
    ///   - arguments: the same for all.
    ///   - processes: how many.
    ///   - fault: what happens meanwhile, from 300 ms on.
    /// - Returns: the outputs, in no particular order.
    /// - Throws: if a worker fails, or runs for more than a minute.
    package static func outputs(
        _ arguments: [String],
        processes: Int = 3,
        during fault: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> [Data] {
        try await withThrowingTaskGroup(of: Data?.self) { group in
            for _ in 0..<processes {
                group.addTask { try await output(arguments) }
            }
            group.addTask {
                try await Task.sleep(for: .milliseconds(300))
                try await fault()
                return nil
            }
            var outputs: [Data] = []
            for try await output in group { outputs += output.map { [$0] } ?? [] }
            return outputs
        }
    }

    private static func output(_ arguments: [String]) async throws -> Data {
        let worker = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "weir-test-worker").path
        // On a thread of its own: reading a pipe blocks.
        let text = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                // `timeout` ends a worker that hangs, and the test with it.
                continuation.resume(with: Result { try Tool.run("timeout", ["60", worker] + arguments) })
            }
        }
        return Data(text.utf8)
    }
}
