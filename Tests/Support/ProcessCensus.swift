internal import Foundation

/// What a process uses of the machine at one moment.
package struct ProcessCensus: Codable, Sendable, Equatable {
    package let descriptors: Int
    package let threads: Int
    /// What of its memory is in RAM, in bytes.
    package let memory: Int

    /// Counts what this process uses.
    ///
    /// - Throws: if `/proc` cannot be read.
    package static func now() throws -> ProcessCensus {
        let files = FileManager.default
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return ProcessCensus(
            descriptors: try files.contentsOfDirectory(atPath: "/proc/self/fd").count,
            threads: try files.contentsOfDirectory(atPath: "/proc/self/task").count,
            memory: (Int(line.filter(\.isNumber)) ?? 0) << 10
        )
    }

    /// Counts as soon as nothing has come or gone for a while: a thread ends a little after its work.
    ///
    /// - Throws: if `/proc` cannot be read.
    package static func settled() async throws -> ProcessCensus {
        var last = try now()
        var agreeing = 0
        _ = try await eventually {
            let next = try now()
            let isSame = next.descriptors == last.descriptors && next.threads == last.threads
            agreeing = isSame ? agreeing + 1 : 0
            last = next
            return agreeing == 20
        }
        return last
    }
}
