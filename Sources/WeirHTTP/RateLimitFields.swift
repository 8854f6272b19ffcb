public import HTTPTypes
public import Weir
public import WeirFields

/// The header fields that tell a client where it stands, made from a decision.
///
/// `RateLimit: limit=5, remaining=4, reset=58` goes on every response unless other dialects are chosen. It reports the rule
/// that leaves least, as draft 07 asks; on a refusal, a rule that refused, with `remaining=0`, and the `reset` that is a
/// promise: a client that waits exactly so many seconds and asks again is admitted if nobody else comes. `Retry-After`
/// repeats it.
///
/// The rules that are near their limit, by their own warning share, are named in `X-Rate-Limit-Warning`: an application
/// can tell its user in time that it is about to stop.
///
/// Where Redis does not decide, they tell what is known: of rules that are counted in the process alone, their share; of
/// others nothing, and on a refusal only `Retry-After`, which is a guess then.
///
/// Each rule can be told in dialects of its own, such as the daily limit of a group in the three `X-Rate-Limit-*` fields too,
/// whose reset is a time of day:
///
/// ```swift
/// try RateLimitFields([.dictionary], byRule: ["group": [.dictionary, .xRateLimitEpoch]])
/// ```
///
/// `Dialect.list` tells all of its rules, in their order. The others have room for one of theirs: on a refusal one that
/// refused, if there is one, else the one that leaves least. A rule that only counts is told in none.
///
/// Sources: draft-ietf-httpapi-ratelimit-headers-07, section 4, and -10.
public struct RateLimitFields: Sendable, Hashable {
    /// In which dialects the rules are told that ``byRule`` does not name.
    public let dialects: Set<Dialect>
    /// In exactly which dialects a rule is told, by its name; in none, if the set is empty.
    public let byRule: [String: Set<Dialect>]
    /// Whether `RateLimit-Policy: 5;w=60` tells the windows of the rules that are told in `Dialect.dictionary` or
    /// `Dialect.trio`.
    public let tellsPolicy: Bool
    /// What a rule counts, by its name, as `Dialect.list` tells it: `qu="content-bytes"`; requests, if it is not named.
    public let units: [String: String]
    /// How much later a refused client may be told to come back, zero to 1 hour.
    public let jitter: Duration

    /// `RateLimit` as in draft 07 for all rules, and nothing else.
    public init() {
        dialects = [.dictionary]
        byRule = [:]
        tellsPolicy = false
        units = [:]
        jitter = .zero
    }

    /// Fields in chosen dialects.
    ///
    /// - Parameters:
    ///   - dialects: those of the rules that `byRule` does not name.
    ///   - byRule: those of single rules, in place of `dialects`; `["internal": []]` tells nothing of one.
    ///   - tellsPolicy: whether `RateLimit-Policy: 5;w=60` tells the windows too, in the form of the drafts up to 07; not by
    ///     default. The drafts allow no two policies with one limit: of two rules that admit 10, the other one than is
    ///     reported is left out. It says nothing of the dialects `X-…`, and `Dialect.list` has policies anyway: where it is
    ///     chosen for any rule, this does nothing.
    ///   - units: what rules count that do not count requests, such as `["upload": "content-bytes"]`; only `Dialect.list`
    ///     tells it.
    ///   - jitter: how much later a refused client may be told to come back, so that not all come at once; zero, which is
    ///     off, by default, and at most 1 hour. Of each refusal, `Retry-After` and the resets of the rules that refused are
    ///     later by the same random part of it; never earlier.
    /// - Throws: `WeirError` of `WeirError.Code.invalidConfiguration` if both `Dialect.dictionary` and `Dialect.list` are
    ///   chosen, which have one field name, or the jitter is out of range.
    public init(
        _ dialects: Set<Dialect>,
        byRule: [String: Set<Dialect>] = [:],
        tellsPolicy: Bool = false,
        units: [String: String] = [:],
        jitter: Duration = .zero
    ) throws(WeirError) {
        self.dialects = dialects
        self.byRule = byRule
        self.tellsPolicy = tellsPolicy
        self.units = units
        self.jitter = jitter
        guard !chosen.isSuperset(of: [.dictionary, .list]) else {
            throw WeirError(
                .invalidConfiguration,
                "'draft-07' and 'draft-10' have the same field name, RateLimit, in two forms; choose one of them"
            )
        }
        guard (.zero ... .seconds(3600)).contains(jitter) else {
            throw WeirError(.invalidConfiguration, "jitter is \(jitter); zero, which is off, to 1 hour are possible")
        }
    }

    /// The fields for a response to a request that was decided so.
    ///
    /// - Parameters:
    ///   - decision: the verdict on the request.
    ///   - partitionKey: by whom the rules count, in a form that gives nobody away, for `Dialect.list`; none by default.
    /// - Returns: what there is to tell; no fields if no rule has a limit.
    public func fields(for decision: Decision, partitionKey: [UInt8]? = nil) -> HTTPFields {
        var generator = SystemRandomNumberGenerator()
        return fields(for: decision, partitionKey: partitionKey, using: &generator)
    }

    /// The fields for a response to a request that was decided so, with the jitter of a generator.
    ///
    /// - Parameters:
    ///   - decision: the verdict on the request.
    ///   - partitionKey: by whom the rules count, in a form that gives nobody away, for `Dialect.list`; none by default.
    ///   - generator: where the jitter comes from; only asked on a refusal, and if there is any.
    /// - Returns: what there is to tell; no fields if no rule has a limit.
    public func fields(
        for decision: Decision,
        partitionKey: [UInt8]? = nil,
        using generator: inout some RandomNumberGenerator
    ) -> HTTPFields {
        guard case .denied(let denial) = decision else {
            return fields(for: decision.usage, partitionKey: partitionKey)
        }
        return fields(for: told(denial, partitionKey: partitionKey, using: &generator))
    }

    /// The fields of a refusal, and the wait in its `Retry-After`, for the body to tell the same; nil if there is none.
    func refusal(of denial: Denial, partitionKey: [UInt8]?) -> (fields: HTTPFields, retryAfter: Duration?) {
        var generator = SystemRandomNumberGenerator()
        let told = told(denial, partitionKey: partitionKey, using: &generator)
        return (fields(for: told), retryAfter(of: told))
    }

    private func told(
        _ denial: Denial,
        partitionKey: [UInt8]?,
        using generator: inout some RandomNumberGenerator
    ) -> ToldUsage {
        let delay: Duration =
            jitter > .zero
            ? .milliseconds(Int.random(in: 0...Int(jitter / .milliseconds(1)), using: &generator)) : .zero
        return ToldUsage(denial, delay: delay, partitionKey)
    }

    /// The fields for a response to a request that only asked where it stands, or gave units back.
    ///
    /// - Parameters:
    ///   - usage: where the windows stand.
    ///   - partitionKey: by whom the rules count, in a form that gives nobody away, for `Dialect.list`; none by default.
    /// - Returns: what there is to tell; no fields if no rule has a limit.
    public func fields(for usage: Usage, partitionKey: [UInt8]? = nil) -> HTTPFields {
        fields(for: ToldUsage(usage, partitionKey))
    }

    /// The fields for a standing as it is told, of a decision or of an example.
    func fields(for told: ToldUsage) -> HTTPFields {
        var fields = HTTPFields()
        for dialect in Dialect.allCases where chosen.contains(dialect) {
            let rules = told.rules.filter { (byRule[$0.name] ?? dialects).contains(dialect) }
            let reports = dialect == .list ? rules.map(withUnit) : ToldRule.one(of: rules).map { [$0.report] } ?? []
            fields.append(contentsOf: dialect.fields(for: reports, at: told.time))
        }
        if tellsPolicy, !chosen.contains(.list) {
            let rules = told.rules.filter { !(byRule[$0.name] ?? dialects).isDisjoint(with: [.dictionary, .trio]) }
            // The reported one comes first, so that the window of its limit is its own.
            let reports = (ToldRule.one(of: rules).map { [$0] } ?? []) + rules
            if let policy = Dialect.integerPolicy(for: reports.map(\.report)) { fields.append(policy) }
        }
        if let wait = retryAfter(of: told) { fields[.retryAfter] = String(wait.secondsRoundedUp) }
        if !told.nearLimit.isEmpty { fields[.xRateLimitWarning] = told.nearLimit.joined(separator: ", ") }
        return fields
    }

    /// The wait that a refused client is told; nil if none is known to help.
    private func retryAfter(of told: ToldUsage) -> Duration? {
        guard let wait = told.retryAfter else { return nil }
        let tellsTime = told.rules.contains { rule in
            rule.isViolated && (byRule[rule.name] ?? dialects).contains(.xRateLimitEpoch)
        }
        // A time of day was rounded up to a whole second, and to come back before it is not asked of anybody.
        let time: Duration = .seconds((told.time + wait).secondsRoundedUp)
        return tellsTime ? max(wait, time - told.time) : wait
    }

    private func withUnit(_ rule: ToldRule) -> LimitReport {
        var report = rule.report
        report.unit = units[rule.name]
        return report
    }

    /// All dialects that any rule is told in.
    private var chosen: Set<Dialect> { byRule.values.reduce(dialects) { $0.union($1) } }
}
