package import Hiredis

/// The question for a window and all its parts, at one time.
package struct PoolQuery: Sendable {
    package let window: Window
    package let limits: [UInt8]
    package let index: [UInt8]

    package init(window: Window, limits: [UInt8], index: [UInt8]) {
        self.window = window
        self.limits = limits
        self.index = index
    }

    /// A peek at the window.
    package var request: DecisionRequest { DecisionRequest([window], limits: limits, cost: 0) }
    /// What the parts are counted by: as the window, but without its limit.
    package var partTerms: Terms { window.terms.with(limit: nil) }

    package func command(calling script: Script, at time: Int? = nil) -> Command {
        var command = Command(calling: script)
        command.append(3)
        for key in [window.key, limits, index] { command.append(key: key) }
        command.append { $0.append(contentsOf: window.terms.numbers + partTerms.numbers) }
        // One window and one hash of limits; a run of one peek at window 1 by rule 1; then the parts in index 1 by rule 2.
        command.append { $0.append(contentsOf: [1, 1] + [1, 0, 0, 1, 1, 0, 1, 1] + [0, 1, 2]) }
        if let time { command.append(time) }
        return command
    }

    /// The answer, or nil if the reply is not one of the script.
    package static func answer(in reply: Reply) -> (verdict: Verdict, parts: [PartUsage])? {
        let elements: [Reply]
        switch reply {
        case .integers(let numbers): elements = numbers.map { .integer($0) }
        case .array(let replies): elements = replies
        default: return nil
        }
        guard elements.count > 1, let first = elements[1].number else { return nil }
        // The time, the answer to the peek, and how many parts there are.
        let end = 1 + Verdict.length(first, windows: 1)
        let head = elements.prefix(end + 1).compactMap(\.number)
        guard head.count == end + 1, head[end] >= 0, (elements.count - head.count) / 3 >= head[end] else { return nil }
        let tailStart = head.count + 3 * head[end]
        var parts: [PartUsage] = []
        for place in stride(from: head.count, to: tailStart, by: 3) {
            guard let name = elements[place].string, let used = elements[place + 1].number,
                let reset = elements[place + 2].number
            else { return nil }
            parts.append(PartUsage(name: name, used: used, reset: reset))
        }
        let tail = elements[tailStart...].compactMap(\.number)
        let limits = tail.count == 2 ? [0: tail[1]] : [:]
        let verdict = Verdict(numbers: Array(head.prefix(end)), start: 1, wanted: 0, limits: limits)
        return (verdict, parts.sorted { $0.name < $1.name })
    }
}
