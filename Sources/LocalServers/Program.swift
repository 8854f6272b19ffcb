internal import Foundation

/// A program that does its work and ends.
enum Program {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a program and waits until it has ended.
    ///
    /// - Parameter words: its name, which is looked for in `PATH`, and its arguments.
    /// - Returns: what it printed.
    /// - Throws: if it cannot be started or says that it has failed.
    @discardableResult
    static func run(_ words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        let output = try Spawning.alone {
            let output = Pipe()
            process.standardOutput = output
            process.standardError = output
            try process.run()
            return output
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        // Not waitUntilExit, which waits for a run loop.
        while process.isRunning { usleep(1000) }
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(words.joined(separator: " ")) failed: \(text)")
        }
        return text
    }
}
