import Foundation

/// What one thread of this process does about signals.
struct ThreadSignals {
    let name: String
    private let masks: [Substring: UInt64]

    /// Reads what `/proc` says of one; nil if it has ended.
    private init?(number: String) {
        guard let text = try? String(contentsOfFile: "/proc/self/task/\(number)/status", encoding: .utf8) else {
            return nil
        }
        let fields = text.split(separator: "\n").map { $0.split(separator: ":\t", maxSplits: 1) }
        let values = Dictionary(fields.map { ($0[0], $0.last ?? "") }) { first, _ in first }
        name = String(values["Name"] ?? "")
        masks = values.compactMapValues { UInt64($0, radix: 16) }
    }

    static func all() throws -> [ThreadSignals] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { ThreadSignals(number: $0) }
    }

    func awaits(_ signal: Int32) -> Bool { has(signal, in: "SigPnd") }
    func blocks(_ signal: Int32) -> Bool { has(signal, in: "SigBlk") }
    func ignores(_ signal: Int32) -> Bool { has(signal, in: "SigIgn") }
    func catches(_ signal: Int32) -> Bool { has(signal, in: "SigCgt") }

    private func has(_ signal: Int32, in mask: Substring) -> Bool {
        masks[mask].map { $0 & 1 << UInt64(signal - 1) != 0 } ?? false
    }
}
