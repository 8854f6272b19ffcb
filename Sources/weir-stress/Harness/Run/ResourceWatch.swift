internal import Foundation
internal import StressHistory

/// What processes use, again and again: it has to stay what it is.
struct ResourceWatch {
    private struct Use {
        /// Memory of its own in bytes: without the pages of mapped files.
        let memory: Int
        let descriptors: Int
        let threads: Int
    }

    /// A process needs so long to get everything that it will ever need.
    private static let warmUp = 20
    private static let toleratedGrowth = 16 << 20
    /// While a connection is made anew, the old one may still be there.
    private static let toleratedDescriptors = 4

    private var uses: [String: [Use]] = [:]

    /// Looks at a process, if it is there.
    mutating func look(at name: String, _ identifier: Int32) {
        guard let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
            let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count
        else { return }
        func value(_ field: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(field + ":") }
            return line.flatMap { Int($0.split(whereSeparator: { !$0.isNumber }).first ?? "") } ?? 0
        }
        let use = Use(memory: value("RssAnon") * 1024, descriptors: descriptors, threads: value("Threads"))
        uses[name, default: []].append(use)
    }

    /// What grew, in words; a process that was seen for a short time only is not judged.
    var complaints: [String] {
        judged.isEmpty ? ["no process ran long enough to be judged: give --soak 90s or more"] : growth
    }

    /// Those that were seen long enough.
    private var judged: [String: [Use]] { uses.filter { $0.value.count >= 3 * Self.warmUp } }

    private var growth: [String] {
        judged.sorted { $0.key < $1.key }.flatMap { name, all in
            let seen = all.dropFirst(Self.warmUp)
            let (early, late) = (Array(seen.prefix(seen.count / 3)), Array(seen.suffix(seen.count / 3)))
            func most(_ uses: [Use], _ part: KeyPath<Use, Int>) -> Int { uses.map { $0[keyPath: part] }.max() ?? 0 }
            var complaints: [String] = []
            let growth = most(late, \.memory) - most(early, \.memory)
            if growth > Self.toleratedGrowth { complaints.append("\(name): memory grew by \(growth >> 20) MB") }
            if most(late, \.descriptors) > most(early, \.descriptors) + Self.toleratedDescriptors {
                complaints.append("\(name): descriptors grew to \(most(late, \.descriptors))")
            }
            // The threads of Swift's concurrency come when they are needed, at most one a core.
            if most(late, \.threads) > most(early, \.threads) + ProcessInfo.processInfo.activeProcessorCount {
                complaints.append("\(name): threads grew to \(most(late, \.threads))")
            }
            return complaints
        }
    }

    /// What each of those judged used in the end, a line each.
    var lines: [String] {
        judged.sorted { $0.key < $1.key }.compactMap { name, all in
            all.last.map { "\(name): \($0.memory >> 20) MB, \($0.descriptors) descriptors, \($0.threads) threads" }
        }
    }
}
