import Foundation
import Synchronization

/// Counts on several threads, under a lock or with none: what Thread Sanitizer has to let pass, and what it has to report.
final class Counter: @unchecked Sendable {
    private let guarded = Mutex(0)
    private var plain = 0

    func count(isGuarded: Bool) {
        for _ in 0..<100_000 {
            if isGuarded { guarded.withLock { $0 += 1 } } else { plain += 1 }
        }
    }
}

let isGuarded = CommandLine.arguments.dropFirst().first == "guarded"
let counter = Counter()
let group = DispatchGroup()
for _ in 0..<4 {
    group.enter()
    Thread.detachNewThread {
        counter.count(isGuarded: isGuarded)
        group.leave()
    }
}
group.wait()
