internal import HTTPTypes
internal import Weir
internal import WeirFields
internal import WeirHTTP

extension Policy {
    /// The limits as a document of OpenAPI 3.1, in JSON: for each endpoint its responses, header fields and quotas.
    ///
    /// Other documents may take it in by its paths. What OpenAPI has no place for is in `x-rate-limit`, an array beside each
    /// operation; endpoints whose names are no method and path are in `x-rate-limit-endpoints` alone. The same policy gives
    /// the same bytes.
    ///
    /// Source: OpenAPI Specification 3.1.0.
    public var openAPI: String {
        var operations: [(path: String, methods: [(String, JSONValue)])] = []
        var others: [(String, JSONValue)] = []
        for endpoint in publishedEndpoints {
            guard let (method, path) = endpoint.operation else {
                others.append((endpoint.name, limits(publishedLimits(of: endpoint.name))))
                continue
            }
            let place = operations.firstIndex { $0.path == path } ?? operations.count
            if place == operations.count { operations.append((path, [])) }
            guard !operations[place].methods.contains(where: { $0.0 == method }) else { continue }
            operations[place].methods.append((method, operation(endpoint, path)))
        }
        var info: [(String, JSONValue)] = [("title", .string(title ?? "Limits")), ("version", .string("1"))]
        if let introduction { info.append(("description", .string(introduction))) }
        var document: [(String, JSONValue)] = [
            ("openapi", .string("3.1.0")),
            ("info", .object(info)),
            ("paths", .object(operations.map { ($0.path, .object($0.methods)) })),
            ("components", .object([("schemas", .object([("Refusal", RefusalSchema(form: responses.form).value)]))])),
        ]
        if !others.isEmpty { document.append(("x-rate-limit-endpoints", .object(others))) }
        return JSONValue.object(document).text + "\n"
    }

    private func operation(_ endpoint: Endpoint, _ path: String) -> JSONValue {
        var members: [(String, JSONValue)] = []
        if let summary = endpoint.summary { members.append(("summary", .string(summary))) }
        if let details = endpoint.details { members.append(("description", .string(details))) }
        var variables: [String] = []
        for match in path.matches(of: #/\{([^{}/]+)\}/#) where !variables.contains(String(match.1)) {
            variables.append(String(match.1))
        }
        if !variables.isEmpty {
            let parameters = variables.map { variable in
                JSONValue.object([
                    ("name", .string(variable)), ("in", .string("path")),
                    ("required", .boolean(true)), ("schema", .object([("type", .string("string"))])),
                ])
            }
            members.append(("parameters", .array(parameters)))
        }
        let published = publishedLimits(of: endpoint.name)
        members.append(("x-rate-limit", limits(published)))
        if let quota = quota(endpoint.quota) { members.append(("x-quota", quota)) }
        members.append(("responses", answers(to: endpoint, published)))
        return .object(members)
    }

    private func limits(_ limits: [PublishedLimit]) -> JSONValue {
        .array(
            limits.map { limit in
                var members: [(String, JSONValue)] = [("rule", .string(limit.rule.name))]
                if let count = limit.count { members.append(("limit", .integer(count))) }
                let (seconds, attoseconds) = limit.window.components
                members.append(("windowSeconds", .number(Double(seconds) + Double(attoseconds) * 1e-18)))
                members.append(("per", .array(limit.rule.scope.map { .string($0.rawValue) })))
                guard limit.count != nil else { return .object(members + [("observed", .boolean(true))]) }
                if let share = limit.rule.warnAt { members.append(("warnAt", .number(share))) }
                members.append(("status", .integer(limit.refusal.status.code)))
                members.append(("code", .string(limit.refusal.code)))
                return .object(members)
            }
        )
    }

    private func quota(_ quota: Quota?) -> JSONValue? {
        switch quota {
        case .creations:
            let limit = quotas.creations
            return .object([
                ("per", .string("user")), ("limit", .integer(limit.limit)),
                ("monthlyGrowth", .integer(limit.monthlyGrowth)),
            ])
        case .sites: return .object([("per", .string("group")), ("distinct", .integer(quotas.sites))])
        case nil: return nil
        }
    }

    // MARK: Responses

    private func answers(to endpoint: Endpoint, _ limits: [PublishedLimit]) -> JSONValue {
        let admitted = headers(FieldExample.fields(for: limits, in: responses), limits)
        var members = [
            ("2XX", JSONValue.object([("description", .string("Let in.")), ("headers", .object(admitted))]))
        ]
        let refusals = publishedRefusals(of: endpoint)
        for status in Set(refusals.map(\.refusal.status.code)).sorted() {
            let same = refusals.filter { $0.refusal.status.code == status }
            guard let first = same.first else { continue }
            let told = headers(first.fields, first.guessesWait ? [] : limits, guessesWait: first.guessesWait)
            let description = same.map(\.reason).joined(separator: " ")
            members.append((String(status), refusal(description, same.map(\.refusal), told)))
        }
        return .object(members)
    }

    /// The header fields of an example, and `X-Rate-Limit-Warning` if any of the limits may send it.
    private func headers(
        _ fields: [FieldExample],
        _ limits: [PublishedLimit],
        guessesWait: Bool = false
    ) -> [(String, JSONValue)] {
        var fields = fields
        let warning = limits.first { $0.count != nil && $0.rule.warnAt != nil }
        if let warning, !fields.contains(where: { $0.name == .xRateLimitWarning }) {
            fields.append(FieldExample(name: .xRateLimitWarning, value: warning.rule.name))
        }
        return fields.map { field in
            let meaning =
                switch field.name {
                case .retryAfter where guessesWait: "Seconds to wait, a guess."
                case .retryAfter:
                    "Seconds to wait; who waits exactly so long is let in, if nobody else comes first."
                case .xRateLimitWarning: "The limits that are near, separated by commas; not sent if none is."
                default: "Where the client stands."
                }
            return (field.name.rawName, header(meaning, field))
        }
    }

    private func header(_ description: String, _ field: FieldExample) -> JSONValue {
        let schema: [(String, JSONValue)] =
            field.number == nil
            ? [("type", .string("string"))] : [("type", .string("integer")), ("minimum", .integer(0))]
        return .object([
            ("description", .string(description)), ("schema", .object(schema)),
            ("example", field.number.map { .integer($0) } ?? .string(field.value)),
        ])
    }

    private func refusal(_ description: String, _ refusals: [Refusal], _ headers: [(String, JSONValue)]) -> JSONValue {
        var codes: [String] = []
        for refusal in refusals where !codes.contains(refusal.code) { codes.append(refusal.code) }
        let schema = JSONValue.object([
            (
                "allOf",
                .array([
                    .object([("$ref", .string("#/components/schemas/Refusal"))]),
                    .object([
                        ("properties", .object([("code", .object([("enum", .array(codes.map { .string($0) }))]))]))
                    ]),
                ])
            )
        ])
        let type = responses.form == .problem ? "application/problem+json" : "application/json"
        return .object([
            ("description", .string(description)), ("headers", .object(headers)),
            ("content", .object([(type, .object([("schema", schema)]))])),
        ])
    }
}
