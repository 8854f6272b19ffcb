package import Hiredis

/// Requests that go out as one call of the script.
///
/// Whatever requests share is said once: each distinct key, each distinct rule, and the shape of neighbours that are alike.
package struct Batch {
    /// Neighbouring requests with the same cost over windows of the same rules.
    private struct Run {
        let shape: WindowShape
        let least: Int
        let most: Int
        var count = 0
        /// Where in `numbers` the requests end.
        var end = 0
    }

    private var windows: DistinctKeys
    private var limits: DistinctKeys
    private var indexes: DistinctKeys
    private var rules: [Terms] = []
    private var runs: [Run] = []
    /// For each request: its windows, its limits, and the indexes of those that have a pool.
    private var numbers: [Int] = []
    private var places: [Verdicts.Place] = []

    package init(_ requests: [DecisionRequest]) {
        let windowCount = requests.reduce(0) { $0 + $1.windows.count }
        windows = DistinctKeys(atMost: windowCount)
        limits = DistinctKeys(atMost: requests.count)
        indexes = DistinctKeys(atMost: windowCount)
        numbers.reserveCapacity(2 * windowCount + requests.count)
        places.reserveCapacity(requests.count)
        for place in requests.indices {
            let isOfLastSubject = place > 0 && requests[place].subject === requests[place - 1].subject
            add(requests[place], isOfLastSubject: isOfLastSubject)
        }
    }

    private mutating func add(_ request: DecisionRequest, isOfLastSubject: Bool) {
        let subject = request.subject
        let start = numbers.count
        if isOfLastSubject {
            // It has the same keys as the one before.
            for place in places[places.count - 1].start..<start { numbers.append(numbers[place]) }
        } else {
            appendNumbers(of: subject)
        }
        places.append(Verdicts.Place(wanted: request.most, start: start, windows: subject.shape.terms.count))
        let last = runs.count - 1
        if last < 0 || runs[last].least != request.least || runs[last].most != request.most
            || runs[last].shape != subject.shape
        {
            runs.append(Run(shape: subject.shape, least: request.least, most: request.most))
            for terms in subject.shape.terms where !rules.contains(terms) { rules.append(terms) }
        }
        runs[runs.count - 1].count += 1
        runs[runs.count - 1].end = numbers.count
    }

    private mutating func appendNumbers(of subject: Subject) {
        for place in subject.windows.indices {
            numbers.append(windows.number(of: subject.windows[place].hashedKey))
        }
        if let key = subject.limits { numbers.append(limits.number(of: key)) } else { numbers.append(0) }
        if subject.shape.hasPools {
            for window in subject.windows {
                if let pool = window.pool { numbers.append(indexes.number(of: pool.index)) }
            }
        }
    }

    /// The call.
    ///
    /// A time in microseconds since the epoch is for tests alone; without it the server's clock decides.
    package func command(calling script: Script, at time: Int? = nil) -> Command {
        var command = Command(calling: script)
        command.append(windows.count + limits.count + indexes.count)
        for keys in [windows, limits, indexes] { command.append(formatted: keys.arguments, count: keys.count) }
        command.append { list in
            for terms in rules { list.append(contentsOf: terms.numbers) }
        }
        command.append(said.argument)
        if let time { command.append(time) }
        return command
    }

    /// The runs as the script is told them: the rules of a run only if they are others than those of the one before.
    private var said: NumberList {
        var said = NumberList(capacity: 4 + 12 * runs.count + numbers.count)
        said.append(windows.count)
        said.append(limits.count)
        var start = 0
        var last: WindowShape?
        for run in runs {
            said.append(run.count)
            // A refund.
            said.append(abs(run.least))
            said.append(max(0, run.most))
            if let last, last == run.shape {
                said.append(0)
            } else {
                said.append(run.shape.terms.count)
                for terms in run.shape.terms { said.append((rules.firstIndex(of: terms) ?? -1) + 1) }
                for pool in run.shape.pools { said.append((pool ?? -1) + 1) }
            }
            last = run.shape
            for number in numbers[start..<run.end] { said.append(number) }
            start = run.end
        }
        return said
    }

    /// The answer to each request, or nil if the reply is not one of the script.
    package func verdicts(in reply: Reply) -> Verdicts? {
        reply.numbers.flatMap { Verdicts($0, to: places, over: numbers) }
    }
}
