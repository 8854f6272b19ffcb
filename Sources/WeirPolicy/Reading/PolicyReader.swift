internal import Weir
internal import Yams

/// Makes a policy of a document, and collects everything that is wrong with it.
struct PolicyReader {
    private static let usualTags = Set(["str", "seq", "map"].map { "tag:yaml.org,2002:" + $0 })

    private(set) var complaints: [PolicyComplaint] = []
    /// The names of all rules, of those with complaints too.
    var ruleNames: [String] = []
    /// The quotas of which something is said, be it right or not.
    var namedQuotas: Set<Policy.Quota> = []

    /// The policy that the document is as far as it can be made out; it counts only if there are no complaints.
    mutating func policy(_ root: Node) -> Policy {
        var policy = Policy(rules: [])
        let known = [
            "version", "title", "introduction", "rules", "quotas", "whenUnavailable", "responses", "endpoints",
        ]
        guard let fields = fields(root, "a policy", known: known, required: ["version", "rules"]) else { return policy }
        if let node = fields["version"], let version = integer(node, "the version"), version != 1 {
            complain(node, "version \(version) is not known; write version: 1, or use a newer Weir")
        }
        policy.title = fields["title"].flatMap { text($0) }
        policy.introduction = fields["introduction"].flatMap { text($0) }
        policy.failurePolicy = fields["whenUnavailable"].flatMap { failurePolicy($0) }
        let marks = fields["rules"].map { readRules($0, into: &policy) } ?? [:]
        if let node = fields["quotas"] { readQuotas(node, into: &policy) }
        if let node = fields["responses"] { readResponses(node, into: &policy) }
        if let node = fields["endpoints"] { readEndpoints(node, limitsAt: marks, into: &policy) }
        return policy
    }

    // MARK: Complaints

    mutating func complain(_ node: Node, _ message: String) { complaints.append(PolicyComplaint(node.mark, message)) }

    mutating func complain(_ mark: Mark?, _ message: String) { complaints.append(PolicyComplaint(mark, message)) }

    /// Complains of a word that is none of those known, and tells the one that was probably meant.
    mutating func complainUnknown(_ word: String, at mark: Mark?, known: [String]) {
        let advice =
            NearestWord.to(word, among: known).map { "did you mean '\($0)'?" }
            ?? (known.isEmpty ? "there are none" : "known are \(known.joined(separator: ", "))")
        complain(mark, "\(word.quotedBriefly) is not known here; \(advice)")
    }

    // MARK: Mappings and lists

    /// The values of a mapping by their keys, all of which are known.
    mutating func fields(
        _ node: Node,
        _ what: String,
        known: [String],
        required: [String] = []
    ) -> [String: Node]? {
        guard let entries = entries(node, what) else { return nil }
        var fields: [String: Node] = [:]
        for (key, mark, value) in entries {
            if known.contains(key) {
                fields[key] = value
            } else if key == "<<" {
                complain(mark, "'<<' does not merge here; write out the keys, or use an alias as a whole value")
            } else {
                complainUnknown(key, at: mark, known: known)
            }
        }
        for key in required where fields[key] == nil {
            complain(node, "'\(key)' is missing in \(what); add it")
        }
        return fields
    }

    /// The keys and values of a mapping whose keys are anything, in their order.
    mutating func entries(_ node: Node, _ what: String) -> [(key: String, mark: Mark?, value: Node)]? {
        guard case .mapping(let mapping) = node, isUntagged(node) else {
            complain(node, "\(what) is keys with values here, not \(node.form); write key: value")
            return nil
        }
        var entries: [(key: String, mark: Mark?, value: Node)] = []
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key, !scalar.string.isEmpty, isUntagged(key) else {
                complain(key, "a key is a word; write it before a colon")
                continue
            }
            entries.append((scalar.string, scalar.mark, value))
        }
        return entries
    }

    /// The values of a list; a single one need not stand in brackets.
    mutating func list(_ node: Node) -> [Node] {
        guard case .sequence(let items) = node, isUntagged(node) else { return [node] }
        return Array(items)
    }

    // MARK: Single values

    /// A text.
    mutating func text(_ node: Node) -> String? {
        guard let scalar = scalar(node, "a text") else { return nil }
        guard scalar.style == .plain else {
            if scalar.string.isEmpty { complain(node, "the text is empty; write one, or leave the key out") }
            return scalar.string.isEmpty ? nil : scalar.string
        }
        switch PlainScalar(scalar.string) {
        case .text: return scalar.string
        case .null: complain(node, "there is no value; write one, or leave the key out")
        case .boolean:
            complain(
                node,
                "\(scalar.string.quotedBriefly) is true or false in YAML; write \"\(scalar.string)\" in quotes"
            )
        case .integer, .fraction, .strangeNumber:
            complain(node, "\(scalar.string.quotedBriefly) is a number in YAML; write \"\(scalar.string)\" in quotes")
        }
        return nil
    }

    /// A whole number, `5000` or `5_000`.
    mutating func integer(_ node: Node, _ what: String, in range: ClosedRange<Int>? = nil) -> Int? {
        guard let scalar = scalar(node, "a whole number") else { return nil }
        guard case .integer(let number) = PlainScalar(scalar.string) else {
            complain(node, "\(what) is \(scalar.string.quotedBriefly); write a whole number in decimal digits")
            return nil
        }
        guard scalar.style == .plain else {
            complain(node, "\(what) is a text here; write \(number) without quotes")
            return nil
        }
        if let range, !range.contains(number) {
            complain(node, "\(what) is \(number); \(range.lowerBound) to \(range.upperBound) are possible")
            return nil
        }
        return number
    }

    /// A share above 0 and at most 1, such as `0.8`.
    mutating func share(_ node: Node, _ what: String) -> Double? {
        guard let scalar = scalar(node, "a share") else { return nil }
        let share: Double? =
            switch scalar.style == .plain ? PlainScalar(scalar.string) : .text {
            case .integer(let number): Double(number)
            case .fraction(let number): number
            default: nil
            }
        guard let share, share > 0, share <= 1 else {
            complain(node, "\(what) is \(scalar.string.quotedBriefly); write a number above 0 and at most 1, as in 0.8")
            return nil
        }
        return share
    }

    /// `true` or `false`.
    mutating func boolean(_ node: Node, _ what: String) -> Bool? {
        guard let scalar = scalar(node, "true or false") else { return nil }
        switch (scalar.style == .plain, scalar.string) {
        case (true, "true"): return true
        case (true, "false"): return false
        default:
            complain(node, "\(what) is \(scalar.string.quotedBriefly); write true or false")
            return nil
        }
    }

    /// A time, as `Limit` reads it after its slash: `10s`, `minute`, `24h`, `30d`.
    mutating func duration(_ node: Node, _ what: String) -> Duration? {
        guard let scalar = scalar(node, "a time") else { return nil }
        guard let time = try? Limit(parsing: "1/" + scalar.string).window else {
            complain(
                node,
                "\(what) is \(scalar.string.quotedBriefly), which is not a time; write 500ms, 10s, minute, 24h or 30d"
            )
            return nil
        }
        return time
    }

    /// One of several words.
    mutating func choice<Word: RawRepresentable<String> & CaseIterable>(_ node: Node, of type: Word.Type) -> Word? {
        guard let scalar = scalar(node, "a word") else { return nil }
        if let word = Word(rawValue: scalar.string) { return word }
        complainUnknown(scalar.string, at: node.mark, known: Word.allCases.map(\.rawValue))
        return nil
    }

    mutating func scalar(_ node: Node, _ what: String) -> Node.Scalar? {
        guard case .scalar(let scalar) = node else {
            complain(node, "\(what) is wanted here, not \(node.form)")
            return nil
        }
        return isUntagged(node) ? scalar : nil
    }

    private mutating func isUntagged(_ node: Node) -> Bool {
        guard !Self.usualTags.contains(node.tag.description) else { return true }
        complain(node, "tags are not used here; leave out what begins with '!'")
        return false
    }
}

extension Node {
    /// What it is, for a message.
    fileprivate var form: String {
        switch self {
        case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : scalar.string.quotedBriefly
        case .mapping: "keys with values"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}
