internal import StressHistory

/// Until when an attempt that nobody saw the end of may still have counted.
///
/// A command that was given up may lie in a buffer until Redis reads it. Without a disturbance that is soon; during one it
/// is when that has ended and what it held up has arrived.
struct FaultTimes {
    /// Microseconds that such a command may lie there with nothing in its way.
    static let grace = 1_000_000

    /// Faults by when they began, each with the latest end of it and all before it.
    private struct Sequence {
        var begins: [Int] = []
        var ends: [Int] = []

        init(_ faults: [Fault]) {
            for fault in faults.sorted(by: { $0.from < $1.from }) {
                begins.append(fault.from)
                ends.append(max(ends.last ?? fault.until, fault.until))
            }
        }

        /// The latest end of those that began by then.
        func latestEnd(begunBy time: Int) -> Int? {
            var (low, high) = (0, begins.count)
            while low < high {
                let middle = (low + high) / 2
                if begins[middle] <= time { low = middle + 1 } else { high = middle }
            }
            return low > 0 ? ends[low - 1] : nil
        }
    }

    private let ofAll: Sequence
    private let ofProcess: [Int: Sequence]

    init(_ faults: [Fault]) {
        let faults = faults.map { fault in
            var fault = fault
            fault.from = min(max(fault.from, 0), Form.latestTime)
            fault.until = min(max(fault.until, 0), Form.latestTime)
            fault.until = min(fault.settled, Form.latestTime)
            return fault
        }
        ofAll = Sequence(faults.filter { $0.process == nil })
        ofProcess = Dictionary(grouping: faults.filter { $0.process != nil }) { $0.process ?? 0 }
            .mapValues { Sequence($0) }
    }

    /// The last time at which an attempt may have counted.
    func lastMoment(of attempt: Attempt) -> Int {
        var last = attempt.done
        for faults in [ofAll, ofProcess[attempt.process]].compactMap({ $0 }) {
            guard let end = faults.latestEnd(begunBy: attempt.done + Self.grace), end >= attempt.sent else { continue }
            last = max(last, end)
        }
        return last + Self.grace
    }
}
