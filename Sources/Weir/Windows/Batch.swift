package import Hiredis

/// Requests that go out as one call of the script.
///
/// Whatever requests share is said once: each distinct key, each distinct rule, and the shape of neighbours that are alike.
package struct Batch {
    /// Neighbouring requests with the same cost over windows of the same rules.
    private struct Run {
        let first: DecisionRequest
        var count: Int
        /// How many of `numbers` the requests have together.
        var length: Int
    }

    private var windows: DistinctKeys
    private var limits: DistinctKeys
    private var indexes: DistinctKeys
    private var rules: [Terms] = []
    private var runs: [Run] = []
    /// For each request: its windows, its limits, and the indexes of those that have a pool.
    private var numbers: [Int] = []
    /// For each request: where its answer begins, where its numbers do, and how many windows it has.
    private var requests: [(reply: Int, numbers: Int, windows: Int)] = []
    private var replyLength = 1

    package init(_ requests: [DecisionRequest]) {
        let windowCount = requests.reduce(0) { $0 + $1.windows.count }
        windows = DistinctKeys(atMost: windowCount)
        limits = DistinctKeys(atMost: requests.count)
        indexes = DistinctKeys(atMost: windowCount)
        numbers.reserveCapacity(windowCount + requests.count)
        self.requests.reserveCapacity(requests.count)
        for request in requests { add(request) }
    }

    private mutating func add(_ request: DecisionRequest) {
        let start = numbers.count
        for window in request.windows { numbers.append(windows.number(of: window.hashedKey)) }
        numbers.append(request.limits.map { limits.number(of: $0) } ?? 0)
        for window in request.windows {
            if let pool = window.pool { numbers.append(indexes.number(of: pool.index)) }
        }
        let length = numbers.count - start
        if let last = runs.last, last.first.isAlike(request) {
            runs[runs.count - 1].count += 1
            runs[runs.count - 1].length += length
        } else {
            runs.append(Run(first: request, count: 1, length: length))
            for window in request.windows where !rules.contains(window.terms) { rules.append(window.terms) }
        }
        requests.append((replyLength, start, request.windows.count))
        replyLength += request.replyLength
    }

    /// The call.
    ///
    /// A time in microseconds since the epoch is for tests alone; without it the server's clock decides.
    package func command(calling script: Script, at time: Int? = nil) -> Command {
        var command = Command(calling: script)
        command.append(windows.all.count + limits.all.count + indexes.all.count)
        for keys in [windows, limits, indexes] {
            for key in keys.all { command.append(key.bytes) }
        }
        command.append { list in
            for terms in rules { list.append(contentsOf: terms.numbers) }
        }
        command.append { list in
            list.append(windows.all.count)
            list.append(limits.all.count)
            var start = 0
            for run in runs {
                list.append(contentsOf: [run.count, run.first.least, run.first.most, run.first.windows.count])
                for window in run.first.windows { list.append((rules.firstIndex(of: window.terms) ?? -1) + 1) }
                for window in run.first.windows { list.append((window.pool?.place ?? -1) + 1) }
                list.append(contentsOf: numbers[start..<(start + run.length)])
                start += run.length
            }
        }
        if let time { command.append(time) }
        return command
    }

    /// The answer to each request, or nil if the reply is not one of the script.
    package func verdicts(in reply: Reply) -> [Verdict]? {
        guard let integers = reply.numbers, integers.count >= replyLength,
            (integers.count - replyLength).isMultiple(of: 2)
        else { return nil }
        if integers.count == replyLength { return requests.map { Verdict(numbers: integers, start: $0.reply) } }
        var overridden: [Int: Int] = [:]
        for place in stride(from: replyLength, to: integers.count, by: 2) {
            overridden[integers[place]] = integers[place + 1]
        }
        return requests.map { request in
            var limits: [Int: Int] = [:]
            for place in 0..<request.windows { limits[place] = overridden[numbers[request.numbers + place]] }
            return Verdict(numbers: integers, start: request.reply, limits: limits)
        }
    }
}

extension DecisionRequest {
    /// Whether two requests differ in nothing but their keys.
    fileprivate func isAlike(_ other: DecisionRequest) -> Bool {
        guard least == other.least, most == other.most, windows.count == other.windows.count else { return false }
        return windows.indices.allSatisfy { place in
            windows[place].terms == other.windows[place].terms
                && windows[place].pool?.place == other.windows[place].pool?.place
        }
    }
}
