internal import HTTPTypes
internal import Weir
internal import WeirFields
internal import WeirHTTP
internal import Yams

extension PolicyReader {
    private static let responseKeys = [
        "dialects", "dialectsByRule", "tellsPolicy", "jitter", "body", "refusals", "otherwise", "unavailable",
        "creations", "sites",
    ]

    /// Reads with what requests are answered.
    mutating func readResponses(_ node: Node, into policy: inout Policy) {
        let before = complaints.count
        guard let fields = fields(node, "responses", known: Self.responseKeys) else { return }
        var responses = Policy.Responses()
        if let node = fields["dialects"] { responses.dialects = dialects(node) }
        if let node = fields["dialectsByRule"] {
            for (rule, value) in byRule(node, "dialectsByRule") {
                responses.dialectsByRule[rule] = dialects(value)
            }
        }
        if let node = fields["tellsPolicy"] { responses.tellsPolicy = boolean(node, "tellsPolicy") ?? false }
        if let node = fields["jitter"] { responses.jitter = duration(node, "the jitter") ?? .zero }
        if let node = fields["body"] { responses.form = choice(node, of: Policy.Responses.Form.self) ?? .json }
        if let node = fields["otherwise"] { responses.otherwise = refusal(node, like: responses.otherwise) }
        if let node = fields["refusals"] {
            for (rule, value) in byRule(node, "refusals") {
                responses.refusals[rule] = refusal(value, like: responses.otherwise)
            }
        }
        if let node = fields["unavailable"] { responses.unavailable = refusal(node, like: responses.unavailable) }
        if let node = fields["creations"] { responses.creations = refusal(node, like: responses.creations) }
        if let node = fields["sites"] { responses.sites = refusal(node, like: responses.sites) }
        if complaints.count == before {
            do throws(WeirError) {
                _ = try responses.fields()
            } catch {
                complain(fields["dialects"] ?? fields["dialectsByRule"] ?? fields["jitter"] ?? node, error.message)
            }
        }
        policy.responses = responses
    }

    /// What is said of single rules, all of which there are.
    private mutating func byRule(_ node: Node, _ what: String) -> [(rule: String, value: Node)] {
        var known: [(rule: String, value: Node)] = []
        for (rule, mark, value) in entries(node, what) ?? [] {
            known.append((rule, value))
            if !ruleNames.contains(rule) { complainUnknown(rule, at: mark, known: ruleNames) }
        }
        return known
    }

    private mutating func dialects(_ node: Node) -> Set<Dialect> {
        var dialects: Set<Dialect> = []
        for item in list(node) {
            guard let dialect = choice(item, of: Dialect.self) else { continue }
            if !dialects.insert(dialect).inserted { complain(item, "'\(dialect.rawValue)' is named twice; keep one") }
        }
        return dialects
    }

    /// A refusal; a status or code that is left out is as in another one, a message is Weir's.
    private mutating func refusal(_ node: Node, like other: Refusal) -> Refusal {
        guard let fields = fields(node, "a refusal", known: ["status", "code", "message"]) else { return other }
        let status = fields["status"].flatMap { integer($0, "the status", in: 400...599) }
        return Refusal(
            status: status.map { HTTPResponse.Status(code: $0) } ?? other.status,
            code: fields["code"].flatMap { text($0) } ?? other.code,
            message: fields["message"].flatMap { text($0) }
        )
    }
}
