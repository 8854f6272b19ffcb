/// The JSON Schema of a refusal's body.
struct RefusalSchema {
    let form: Policy.Responses.Form

    var value: JSONValue {
        switch form {
        case .json:
            .object([
                ("type", .string("object")), ("required", .array([.string("code"), .string("message")])),
                (
                    "properties",
                    .object([
                        property("code", "string", "What a program goes by."),
                        property("message", "string", "What a person reads."),
                        property("rule", "string", "The rule that refused."),
                        property("limit", "integer", "How much there is in all."),
                        property("retryAfter", "integer", "Seconds to wait."),
                        property("count", "integer", "How much of a quota is used."),
                        property("nextGrowth", "string", "When a quota grows next, as in RFC 3339."),
                    ])
                ),
            ])
        case .problem:
            .object([
                ("type", .string("object")), ("required", .array([.string("type"), .string("status")])),
                (
                    "properties",
                    .object([
                        property("type", "string", "The type of the problem, a URI; see RFC 9457."),
                        property("title", "string", "The type in words."),
                        property("status", "integer", "The status of the response."),
                        property("detail", "string", "What a person reads."),
                        (
                            "violated-policies",
                            .object([
                                ("type", .string("array")), ("items", .object([("type", .string("string"))])),
                                ("description", .string("The rules that refused, or the quota: creations or sites.")),
                            ])
                        ),
                        property("code", "string", "What a program goes by."),
                        property("limit", "integer", "How much there is in all."),
                        property("retryAfter", "integer", "Seconds to wait."),
                        property("count", "integer", "How much of a quota is used."),
                        property("nextGrowth", "string", "When a quota grows next, as in RFC 3339."),
                    ])
                ),
            ])
        }
    }

    private func property(_ name: String, _ type: String, _ description: String) -> (String, JSONValue) {
        (name, .object([("type", .string(type)), ("description", .string(description))]))
    }
}
