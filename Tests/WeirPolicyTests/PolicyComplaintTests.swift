import Testing

@testable import WeirPolicy

/// Wrong documents, and everything that is said of them.
@Suite struct PolicyComplaintTests {
    /// A document that is right but for what stands in place of its rules.
    private static func policy(_ rest: String) -> String { "version: 1\n" + rest }
    private static let rules = "rules: [{name: group, per: group, limit: 5/minute}]\n"

    struct Case: CustomTestStringConvertible, Sendable {
        let yaml: String
        let complaints: [String]

        init(_ yaml: String, _ complaints: String...) { (self.yaml, self.complaints) = (yaml, complaints) }

        var testDescription: String { yaml.debugDescription }
    }

    private static func complaints(_ yaml: String) -> [String] {
        do throws(PolicyError) {
            _ = try Policy(yaml: yaml)
            return []
        } catch {
            return error.complaints.map(\.description)
        }
    }

    static let documents = [
        Case("", "line 1, column 1: nothing is here; begin with version: 1, and give rules"),
        Case("# only a comment\n", "line 1, column 1: nothing is here; begin with version: 1, and give rules"),
        Case("5/minute", "line 1, column 1: a policy is keys with values here, not '5/minute'; write key: value"),
        Case("- a\n", "line 1, column 1: a policy is keys with values here, not a list; write key: value"),
        Case(
            "{}",
            "line 1, column 1: 'version' is missing in a policy; add it",
            "line 1, column 1: 'rules' is missing in a policy; add it"
        ),
        Case(
            "version: 2\n" + rules,
            "line 1, column 10: version 2 is not known; write version: 1, or use a newer Weir"
        ),
        Case("version: \"1\"\n" + rules, "line 1, column 10: the version is a text here; write 1 without quotes"),
        Case(
            policy(rules + "quota: {}\n"),
            "line 3, column 1: 'quota' is not known here; did you mean 'quotas'?"
        ),
        Case(
            policy(rules + "colour: blue\n"),
            "line 3, column 1: 'colour' is not known here; known are version, title, introduction, rules, quotas,"
                + " whenUnavailable, responses, endpoints"
        ),
        Case(
            policy(rules + "title: no\n"),
            "line 3, column 8: 'no' is true or false in YAML; write \"no\" in quotes"
        ),
        Case(policy(rules + "title: 404\n"), "line 3, column 8: '404' is a number in YAML; write \"404\" in quotes"),
        Case(policy(rules + "title:\n"), "line 3, column 7: there is no value; write one, or leave the key out"),
        Case(policy(rules + "title: ''\n"), "line 3, column 8: the text is empty; write one, or leave the key out"),
        Case(policy(rules + "title: [a]\n"), "line 3, column 8: a text is wanted here, not a list"),
        Case(
            policy(rules + "title: !secret a\n"),
            "line 3, column 8: tags are not used here; leave out what begins with '!'"
        ),
        Case(policy(rules + "[a]: b\n"), "line 3, column 1: a key is a word; write it before a colon"),
        Case(
            policy(rules + rules),
            "line 2, column 1: 'rules' is written twice in what begins here; keep one"
        ),
        Case(
            policy(rules + "---\nversion: 1\n"),
            "line 3, column 1: this is not YAML: expected a single document in the stream but found another document;"
                + " keep one document, without a line of ---"
        ),
        Case(
            policy("title: a: b\n"),
            "line 2, column 9: this is not YAML: mapping values are not allowed in this context; put a text that has"
                + " ': ' in quotes, and indent keys of one level alike"
        ),
        Case(
            policy("title: \"open\n"),
            "line 3, column 1: this is not YAML: while scanning a quoted scalar found unexpected end of stream; look"
                + " whether a quote or bracket is open, and whether keys of one level are indented alike"
        ),
        Case(
            policy("\ttitle: a\n"),
            "line 2, column 1: this is not YAML: while scanning a plain scalar found a tab character that violates"
                + " indentation; indent with spaces, and put texts that begin with @, `, % or a tab in quotes"
        ),
        Case(
            policy("title: *name\n"),
            "line 2, column 8: this is not YAML: found undefined alias; define it before with &name, or put a text that"
                + " begins with * in quotes"
        ),
        Case(
            policy("title: \u{1}\n"),
            "line 2, column 8: the character 1 is not possible in YAML; remove it"
        ),
        Case(
            policy(rules + "whenUnavailable: local\n"),
            "line 3, column 18: local needs a share of the limit; write {local: 0.25}"
        ),
        Case(
            policy(rules + "whenUnavailable: alow\n"),
            "line 3, column 18: 'alow' is not known here; did you mean 'allow'?"
        ),
        Case(
            policy(rules + "whenUnavailable: {local: 25}\n"),
            "line 3, column 26: the share is '25'; write a number above 0 and at most 1, as in 0.8"
        ),
    ]

    static let rulesAndLimits = [
        Case(policy("rules: {}\n"), "line 2, column 8: rules are a list; begin each with '- name:'"),
        Case(policy("rules: []\n"), "line 2, column 8: there are no rules; a limiter needs at least one"),
        Case(
            policy("rules:\n  - name: a\n    per: token\n    limt: 5/minute\n"),
            "line 3, column 5: the rule has no limit; add limit: 60/minute, limits by endpoint, or observed: 24h",
            "line 5, column 5: 'limt' is not known here; did you mean 'limit'?"
        ),
        Case(
            policy("rules:\n  - name: a\n    limit: 5/minute\n"),
            "line 3, column 5: 'per' is missing in a rule; add it"
        ),
        Case(
            policy("rules:\n  - {name: a, per: [tokens, token], limit: 5/minute}\n"),
            "line 3, column 21: 'tokens' is not known here; did you mean 'token'?"
        ),
        Case(
            policy("rules:\n  - {name: a, per: [], limit: 5/minute}\n"),
            "line 3, column 20: the rule counts by nothing; write per: token, or more parts in brackets"
        ),
        Case(
            policy("rules:\n  - {name: a, per: [token, token], limit: 5/minute}\n"),
            "line 3, column 5: rule 'a' names a part of its scope twice"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5}\n"),
            "line 3, column 34: 5 is no limit without a time; write 5/minute, or what is meant"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5/fortnight}\n"),
            "line 3, column 34: 'fortnight' in '5/fortnight' is not a time; write 10s, minute, 24h or 30d"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5_000/day}\n"),
            "line 3, column 34: '5_000/day' is not a limit; write a whole number, a slash and a time: 5/minute, without"
                + " underscores"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 0/day}\n"),
            "line 3, column 34: this is the limit 0; 1 to 2147483648 are possible"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5/400d}\n"),
            "line 3, column 34: this is a window of 34560000.0 seconds; whole microseconds from 1 millisecond to 366 days"
                + " are possible"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5/day, observed: day}\n"),
            "line 3, column 5: the rule has limit and observed; keep one of them"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, observed: day, warnAt: 0.8}\n"),
            "line 3, column 50: a rule that only counts has no limit to warn of; leave out warnAt"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, observed: 60}\n"),
            "line 3, column 37: the observed window is '60', which is not a time; write 500ms, 10s, minute, 24h or 30d"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5/day, otherwise: 5/day}\n"),
            "line 3, column 52: otherwise is for endpoints that limits does not name; leave it out beside limit"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limits: {GET /a: 5/day}}\n"),
            "line 3, column 5: rule 'a' has limits by endpoint but does not count by it; add .endpoint to its scope"
        ),
        Case(
            policy("rules:\n  - {name: a b, per: token, limit: 5/day}\n"),
            "line 3, column 5: the rule name 'a b' is not 1 to 24 of A-Z a-z 0-9 - _ ."
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5/day, slices: 0}\n"),
            "line 3, column 49: the number of slices is 0; 1 to 1024 are possible"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5/day, slices: 010}\n"),
            "line 3, column 49: the number of slices is '010'; write a whole number in decimal digits"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5/day, warnAt: 80%}\n"),
            "line 3, column 49: warnAt is '80%'; write a number above 0 and at most 1, as in 0.8"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5/day}\n  - {name: a, per: user, limit: 5/day}\n"),
            "line 4, column 5: two rules are named 'a'; a name stands for one count, so rename this one"
        ),
        Case(
            policy("rules:\n  - {name: a, per: token, limit: 5/day}\n  - {name: b, per: endpoint, limit: 5/day}\n"),
            "line 3, column 3: the rules 'a' by token, 'b' by endpoint have no part in common under which one decision"
                + " could be kept; tokens, users and applications belong to a group, tokens to a user or an application;"
                + " make a limiter of its own for the rules that count by something else"
        ),
    ]

    static let rest = [
        Case(
            policy(rules + "quotas: {creations: {limit: -1, monthlyGrowth: many}, sites: 6.5, callsRule: grup}\n"),
            "line 3, column 29: the limit is -1; 1 to 2147483648 are possible",
            "line 3, column 48: the monthly growth is 'many'; write a whole number in decimal digits",
            "line 3, column 62: the number of sites is '6.5'; write a whole number in decimal digits",
            "line 3, column 78: 'grup' is not known here; did you mean 'group'?"
        ),
        Case(
            policy(rules + "quotas: {creations: {}}\n"),
            "line 3, column 21: 'limit' is missing in creations; add it"
        ),
        Case(
            policy(rules + "responses: {dialects: [draft-07, draft-7, draft-07]}\n"),
            "line 3, column 34: 'draft-7' is not known here; did you mean 'draft-07'?",
            "line 3, column 43: 'draft-07' is named twice; keep one"
        ),
        Case(
            policy(rules + "responses: {dialectsByRule: {grop: draft-10}, body: yaml, tellsPolicy: yes}\n"),
            "line 3, column 30: 'grop' is not known here; did you mean 'group'?",
            "line 3, column 53: 'yaml' is not known here; known are json, problem",
            "line 3, column 72: tellsPolicy is 'yes'; write true or false"
        ),
        Case(
            policy(rules + "responses: {otherwise: {status: 200, code: 1}, refusals: {group: {message: ''}}}\n"),
            "line 3, column 33: the status is 200; 400 to 599 are possible",
            "line 3, column 44: '1' is a number in YAML; write \"1\" in quotes",
            "line 3, column 76: the text is empty; write one, or leave the key out"
        ),
        Case(
            policy(rules + "endpoints: {GET objects: a, GET /a/:b: a, 'GET /a/{b}': a}\n"),
            "line 3, column 13: 'GET objects' is no endpoint; write a method and a path: PUT /sites/{site}",
            "line 3, column 43: 'GET /a/{b}' is the same as 'GET /a/:b'; keep one"
        ),
        Case(
            policy(rules + "endpoints:\n  GET /a: {quota: creations}\n"),
            "line 4, column 19: quotas says nothing of creations; add it there, or leave this out"
        ),
        Case(
            policy(
                "rules:\n  - {name: a, per: [token, endpoint], limits: {GET /object: 5/day, GET /b: 1/s}}\n"
                    + "endpoints:\n  GET /objects: List them\n"
            ),
            "line 3, column 48: 'GET /object' is not among the endpoints; did you mean 'GET /objects'?",
            "line 3, column 68: 'GET /b' is not among the endpoints; add it there"
        ),
    ]

    @Test(arguments: documents + rulesAndLimits + rest)
    func aWrongDocumentIsToldWhereAndWhatToDo(_ wrong: Case) {
        #expect(Self.complaints(wrong.yaml) == wrong.complaints)
    }

    @Test func everythingThatIsWrongIsToldAtOnceInTheOrderOfTheDocument() {
        let yaml = """
            version: 1
            rules:
              - name: endpoint
                per: [token, endpint]
                limits: {GET /a: 5}
              - nam: group
                per: group
                limit: ten a day
            quotas: {sites: many, callsRule: grop}
            responses:
              dialects: draft-9
              refusals: {endpoint: {status: 402}, group: {status: 402}}
            whenUnavailable: {local: 2}
            """
        #expect(
            Self.complaints(yaml) == [
                "line 4, column 18: 'endpint' is not known here; did you mean 'endpoint'?",
                "line 5, column 22: 5 is no limit without a time; write 5/minute, or what is meant",
                "line 6, column 5: 'nam' is not known here; did you mean 'name'?",
                "line 6, column 5: 'name' is missing in a rule; add it",
                "line 8, column 12: 'ten a day' is not a limit; write a whole number, a slash and a time: 5/minute",
                "line 9, column 17: the number of sites is 'many'; write a whole number in decimal digits",
                "line 9, column 34: 'grop' is not known here; there are none",
                "line 11, column 13: 'draft-9' is not known here; did you mean 'draft-07'?",
                "line 12, column 39: 'group' is not known here; known are endpoint",
                "line 13, column 26: the share is '2'; write a number above 0 and at most 1, as in 0.8",
            ]
        )
    }

    @Test func aDialectThatExcludesAnotherIsComplainedOfWhereItStands() {
        let yaml = Self.policy(Self.rules + "responses:\n  dialects: [draft-07, draft-10]\n")
        let complaints = Self.complaints(yaml)
        #expect(complaints.count == 1)
        #expect(complaints.allSatisfy { $0.hasPrefix("line 4, column 13: ") })
    }

    @Test func aJitterOfMoreThanAnHourIsComplainedOfWhereItStands() {
        let yaml = Self.policy(Self.rules + "responses: {jitter: 2h}\n")
        let complaints = Self.complaints(yaml)
        #expect(complaints.count == 1)
        #expect(complaints.allSatisfy { $0.hasPrefix("line 3, column 21: ") })
    }
}
