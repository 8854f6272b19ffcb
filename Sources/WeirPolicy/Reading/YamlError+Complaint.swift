internal import Yams

extension YamlError? {
    /// What the parser of YAML found, with what to do about it.
    var complaint: PolicyComplaint {
        switch self {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let situation = context.map { " \($0.text)" } ?? ""
            return PolicyComplaint(mark, "this is not YAML:\(situation) \(problem); \(Self.advice(problem))")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.sorted().map(\.quotedBriefly).joined(separator: ", ")
            return PolicyComplaint(context.mark, "\(names) is written twice in what begins here; keep one")
        case .reader(_, let offset, let value, let yaml):
            let before = yaml.prefix(offset ?? 0)
            let lines = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            return PolicyComplaint(
                line: max(1, lines.count),
                column: (lines.last?.unicodeScalars.count ?? 0) + 1,
                message: "the character \(value) is not possible in YAML; remove it"
            )
        default:
            return PolicyComplaint(line: 1, column: 1, message: "this is not YAML; look at what is marked by an editor")
        }
    }

    private static func advice(_ problem: String) -> String {
        switch problem {
        case let problem where problem.hasPrefix("mapping values are not allowed"):
            "put a text that has ': ' in quotes, and indent keys of one level alike"
        case let problem where problem.contains("cannot start any token") || problem.contains("tab character"):
            "indent with spaces, and put texts that begin with @, `, % or a tab in quotes"
        case let problem where problem.contains("undefined alias"):
            "define it before with &name, or put a text that begins with * in quotes"
        case let problem where problem.contains("another document"):
            "keep one document, without a line of ---"
        case let problem where problem.contains("nesting level"):
            "a policy is at most \(PolicyText.mostLevels) deep"
        default:
            "look whether a quote or bracket is open, and whether keys of one level are indented alike"
        }
    }
}

extension PolicyComplaint {
    /// A complaint about a place in the document.
    init(_ mark: Mark?, _ message: String) {
        self.init(line: mark?.line ?? 1, column: mark?.column ?? 1, message: message)
    }
}
