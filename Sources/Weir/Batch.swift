package import Hiredis

/// Requests that go out as one call of the script.
///
/// Whatever requests share is said once: each distinct key, each distinct rule, and the shape of neighbours that are alike.
package struct Batch {
    private var keys: [[UInt8]] = []
    private var keyIndexes: [[UInt8]: Int] = [:]
    private var rules: [Int] = []
    private var ruleIndexes: [Terms: Int] = [:]
    private var runs: [Run] = []
    private var starts: [Int] = []
    private var replyLength = 1

    /// Neighbouring requests with the same cost over windows of the same rules.
    private struct Run {
        let least: Int
        let most: Int
        let rules: [Int]
        var count: Int
        var keys: [Int]
    }

    package init(_ requests: some Sequence<DecisionRequest>) {
        for request in requests { add(request) }
    }

    private mutating func add(_ request: DecisionRequest) {
        let rules = request.windows.map { index(of: $0.terms) }
        let keys = request.windows.map { index(of: $0.key) }
        if let last = runs.last, last.least == request.least, last.most == request.most, last.rules == rules {
            runs[runs.count - 1].count += 1
            runs[runs.count - 1].keys.append(contentsOf: keys)
        } else {
            runs.append(Run(least: request.least, most: request.most, rules: rules, count: 1, keys: keys))
        }
        starts.append(replyLength)
        replyLength += request.replyLength
    }

    private mutating func index(of key: [UInt8]) -> Int {
        if let index = keyIndexes[key] { return index }
        keys.append(key)
        keyIndexes[key] = keys.count
        return keys.count
    }

    private mutating func index(of terms: Terms) -> Int {
        if let index = ruleIndexes[terms] { return index }
        rules += [terms.limit ?? -1, terms.period, terms.slices]
        ruleIndexes[terms] = ruleIndexes.count + 1
        return ruleIndexes.count
    }

    /// The call.
    ///
    /// A time in microseconds since the epoch is for tests alone; without it the server's clock decides.
    package func command(calling script: Script, at time: Int? = nil) -> Command {
        var command = Command(calling: script)
        command.append(keys.count)
        for key in keys { command.append(key) }
        command.append(json(rules))
        command.append(json(runs.flatMap { [$0.count, $0.least, $0.most, $0.rules.count] + $0.rules + $0.keys }))
        if let time { command.append(time) }
        return command
    }

    private func json(_ numbers: [Int]) -> String {
        "[" + numbers.map(String.init).joined(separator: ",") + "]"
    }

    /// The answer to each request, or nil if the reply is not one of the script.
    package func verdicts(in reply: Reply) -> [Verdict]? {
        guard case .integers(let numbers) = reply, numbers.count == replyLength else { return nil }
        return starts.map { Verdict(numbers: numbers, start: $0) }
    }
}
