/// Writes attempts as lines of JSON, the fields in the order of ``AttemptField``.
struct AttemptLines {
    /// Rule and subject of every window as they stand in a line, one after the other.
    private var names: [UInt8] = []
    /// Where those of each window begin, and where the last ends.
    private var offsets = [0]
    /// The keys that are still to be told, of windows that were not named yet.
    private var keys: [Int: String] = [:]

    /// No field is longer, the names of a window and the word for an error left out.
    private static var longestField: Int { 40 }

    /// - Parameters:
    ///   - names: the windows.
    ///   - hasKeys: whether their keys are told too, once each.
    init(names: WindowNames, hasKeys: Bool) {
        var bytes = OutputBytes(capacity: 1 << 16)
        for name in names.all {
            bytes.reserve((name.rule.utf8.count + name.subject.utf8.count) * 6 + 64)
            bytes.append("\"rule\":")
            bytes.append(quoted: name.rule)
            bytes.append(",\"subject\":")
            bytes.append(quoted: name.subject)
            offsets.append(bytes.count)
        }
        if hasKeys { for window in names.all.indices { keys[window] = names.key(of: window) } }
        self.names = Array(bytes.bytes)
    }

    /// How many windows have names.
    var windows: Int { offsets.count - 1 }

    /// Adds a line without its end; the header, if any, comes first.
    mutating func append(_ attempt: Attempt, _ header: HistoryHeader?, to bytes: inout OutputBytes) {
        bytes.reserve(room(for: attempt))
        bytes.append("{")
        if let header {
            append(header, to: &bytes)
            bytes.reserve(room(for: attempt))
        }
        bytes.append("\"process\":")
        bytes.append(attempt.process)
        bytes.append(",\"op\":")
        bytes.append(attempt.operation)
        bytes.append(",\"cost\":")
        bytes.append(attempt.cost)
        bytes.append(",\"sent\":")
        bytes.append(attempt.sent)
        bytes.append(",\"done\":")
        bytes.append(attempt.done)
        append(",\"outcome\":\"", attempt.outcome.word, to: &bytes)
        if let source = attempt.source { append(",\"source\":\"", source.word, to: &bytes) }
        append(",\"server\":", attempt.server, to: &bytes)
        append(",\"place\":", attempt.place, to: &bytes)
        bytes.append(",\"windows\":[")
        for place in attempt.windows.indices {
            append(attempt.windows[place], isFirst: place == 0, isDecided: attempt.isDecided, to: &bytes)
        }
        bytes.append("]")
        append(",\"retryAfter\":", attempt.retryAfter, to: &bytes)
        if let error = attempt.error {
            bytes.append(",\"error\":")
            bytes.append(quoted: error)
        }
    }

    private mutating func append(
        _ fact: WindowFact,
        isFirst: Bool,
        isDecided: Bool,
        to bytes: inout OutputBytes
    ) {
        bytes.append(isFirst ? "{" : ",{")
        names.withUnsafeBytes { names in
            bytes.append(UnsafeRawBufferPointer(rebasing: names[offsets[fact.window]..<offsets[fact.window + 1]]))
        }
        append(",\"limit\":", fact.limit, to: &bytes)
        bytes.append(",\"window\":")
        bytes.append(fact.period)
        bytes.append(",\"slice\":")
        bytes.append(fact.slice)
        append(",\"remaining\":", fact.remaining, to: &bytes)
        append(",\"used\":", fact.used, to: &bytes)
        append(",\"reset\":", fact.reset, to: &bytes)
        if isDecided { bytes.append(fact.isViolated ? ",\"violated\":true" : ",\"violated\":false") }
        append(",\"pool\":", fact.pool, to: &bytes)
        if !keys.isEmpty, let key = keys.removeValue(forKey: fact.window) {
            bytes.append(",\"key\":")
            bytes.append(quoted: key)
        }
        bytes.append("}")
    }

    private func append(_ name: StaticString, _ word: StaticString, to bytes: inout OutputBytes) {
        bytes.append(name)
        bytes.append(word)
        bytes.append("\"")
    }

    private func append(_ name: StaticString, _ number: Int?, to bytes: inout OutputBytes) {
        guard let number else { return }
        bytes.append(name)
        bytes.append(number)
    }

    private func append(_ header: HistoryHeader, to bytes: inout OutputBytes) {
        let slots = header.faults.reduce(0) { $0 + ($1.slots?.utf8.count ?? 0) }
        bytes.reserve(Self.longestField * (8 + header.faults.count * 6) + slots)
        bytes.append("\"history\":{\"version\":")
        bytes.append(HistoryHeader.version)
        bytes.append(",\"attempts\":")
        bytes.append(header.attempts)
        bytes.append(",\"seed\":")
        bytes.append(UInt(header.seed))
        bytes.append(",\"faults\":[")
        for (place, fault) in header.faults.enumerated() {
            bytes.append(place == 0 ? "{\"kind\":" : ",{\"kind\":")
            bytes.append(quoted: fault.kind.rawValue)
            bytes.append(",\"from\":")
            bytes.append(fault.from)
            bytes.append(",\"until\":")
            bytes.append(fault.until)
            append(",\"process\":", fault.process, to: &bytes)
            if let slots = fault.slots {
                bytes.append(",\"slots\":")
                bytes.append(quoted: slots)
            }
            append(",\"promoted\":", fault.promoted, to: &bytes)
            bytes.append("}")
        }
        bytes.append("]},")
    }

    /// At least as many bytes as the line of an attempt has.
    private func room(for attempt: Attempt) -> Int {
        var fields = 16
        var bytes = (attempt.error?.utf8.count ?? 0) * 6
        for fact in attempt.windows {
            fields += 11
            bytes += offsets[fact.window + 1] - offsets[fact.window]
            if !keys.isEmpty { bytes += (keys[fact.window]?.utf8.count ?? 0) * 6 }
        }
        return fields * Self.longestField + bytes
    }
}
