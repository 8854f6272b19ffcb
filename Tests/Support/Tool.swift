package import Foundation
internal import LocalServers

/// Runs programs.
package enum Tool {
    /// What the program printed; throws if it failed.
    package static func run(_ name: String, _ arguments: [String], in directory: URL? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        if let directory { process.currentDirectoryURL = directory }
        let (output, errors) = try Spawning.alone {
            let (output, errors) = (Pipe(), Pipe())
            process.standardOutput = output
            process.standardError = errors
            try process.run()
            return (output, errors)
        }
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let words = String(decoding: complaint, as: UTF8.self) + String(decoding: text, as: UTF8.self)
            throw RedisServer.Failure(description: "\(name) \(arguments.joined(separator: " ")) failed: \(words)")
        }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
