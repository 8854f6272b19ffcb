package import Hiredis

/// Requests that go out as one call of the script.
///
/// Whatever requests share is said once: each distinct key, each distinct rule, and the shape of neighbours that are alike.
package struct Batch {
    /// Distinct keys of one kind, numbered from 1.
    private struct Keys {
        private(set) var all: [[UInt8]] = []
        private var numbers: [[UInt8]: Int] = [:]

        mutating func number(of key: [UInt8]) -> Int {
            if let number = numbers[key] { return number }
            all.append(key)
            numbers[key] = all.count
            return all.count
        }
    }

    /// Neighbouring requests with the same cost over windows of the same rules.
    private struct Run {
        let least: Int
        let most: Int
        /// Rules, then pools.
        let shape: [Int]
        var count: Int
        var keys: [Int]
    }

    private var windows = Keys()
    private var limits = Keys()
    private var indexes = Keys()
    private var rules: [Int] = []
    private var ruleNumbers: [Terms: Int] = [:]
    private var runs: [Run] = []
    private var requests: [(start: Int, windows: [Int])] = []
    private var replyLength = 1

    package init(_ requests: some Sequence<DecisionRequest>) {
        for request in requests { add(request) }
    }

    private mutating func add(_ request: DecisionRequest) {
        let shape =
            request.windows.map { number(of: $0.terms) } + request.windows.map { $0.pool.map { $0.place + 1 } ?? 0 }
        let numbers = request.windows.map { windows.number(of: $0.key) }
        var keys = numbers + [request.limits.map { limits.number(of: $0) } ?? 0]
        for window in request.windows {
            if let pool = window.pool { keys.append(indexes.number(of: pool.index)) }
        }
        if let last = runs.last, last.least == request.least, last.most == request.most, last.shape == shape {
            runs[runs.count - 1].count += 1
            runs[runs.count - 1].keys.append(contentsOf: keys)
        } else {
            runs.append(Run(least: request.least, most: request.most, shape: shape, count: 1, keys: keys))
        }
        requests.append((replyLength, numbers))
        replyLength += request.replyLength
    }

    private mutating func number(of terms: Terms) -> Int {
        if let number = ruleNumbers[terms] { return number }
        rules += terms.numbers
        ruleNumbers[terms] = ruleNumbers.count + 1
        return ruleNumbers.count
    }

    /// The call.
    ///
    /// A time in microseconds since the epoch is for tests alone; without it the server's clock decides.
    package func command(calling script: Script, at time: Int? = nil) -> Command {
        var command = Command(calling: script)
        command.append(windows.all.count + limits.all.count + indexes.all.count)
        for key in windows.all + limits.all + indexes.all { command.append(key) }
        command.append(json: rules)
        command.append(
            json: [windows.all.count, limits.all.count]
                + runs.flatMap { [$0.count, $0.least, $0.most, $0.shape.count / 2] + $0.shape + $0.keys }
        )
        if let time { command.append(time) }
        return command
    }

    /// The answer to each request, or nil if the reply is not one of the script.
    package func verdicts(in reply: Reply) -> [Verdict]? {
        guard case .integers(let numbers) = reply, numbers.count >= replyLength,
            (numbers.count - replyLength).isMultiple(of: 2)
        else { return nil }
        var overridden: [Int: Int] = [:]
        for place in stride(from: replyLength, to: numbers.count, by: 2) {
            overridden[numbers[place]] = numbers[place + 1]
        }
        return requests.map { request in
            var limits: [Int: Int] = [:]
            if !overridden.isEmpty {
                for (place, window) in request.windows.enumerated() { limits[place] = overridden[window] }
            }
            return Verdict(numbers: numbers, start: request.start, limits: limits)
        }
    }
}
