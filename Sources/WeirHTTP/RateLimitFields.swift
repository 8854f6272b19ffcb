public import HTTPTypes
internal import RawStructuredFieldValues
public import Weir

/// The header fields that tell a client where it stands, made from a decision.
///
/// `RateLimit: limit=5, remaining=4, reset=58` goes on every response. It reports the rule that leaves least, as draft 07
/// asks; on a refusal, a rule that refused, with `remaining=0`, and the `reset` that is a promise: a client that waits
/// exactly so many seconds and asks again is admitted if nobody else comes. `Retry-After` repeats it.
///
/// The rules that are near their limit, by their own warning share, are named in `X-Rate-Limit-Warning`: an application
/// can tell its user in time that it is about to stop.
///
/// Where Redis does not decide, they tell what is known: of rules that are counted in the process alone, their share; of
/// others nothing, and on a refusal only `Retry-After`, which is a guess then.
///
/// One rule, such as the daily limit of a group, can also be told in the three `X-Rate-Limit-*` fields, whose reset is a
/// time of day in seconds since the epoch.
///
/// Source: draft-ietf-httpapi-ratelimit-headers-07, section 4.
public struct RateLimitFields: Sendable {
    /// The rule that is told in `X-Rate-Limit-Limit`, `-Remaining` and `-Reset`; nil for none.
    ///
    /// A response to which no rule of this name applies, or one that only counts, goes without these fields.
    public var xRateLimitRule: String?

    /// Fields for responses.
    ///
    /// - Parameter xRateLimitRule: the rule that is also told in `X-Rate-Limit-*`; none by default.
    public init(xRateLimitRule: String? = nil) {
        self.xRateLimitRule = xRateLimitRule
    }

    /// The fields for a response to a request that was decided so.
    public func fields(for decision: Decision) -> HTTPFields {
        var fields = HTTPFields()
        if let value = rateLimit(decision) { fields[.rateLimit] = value }
        if case .denied(let denial) = decision {
            fields[.retryAfter] = denial.retryAfter.map { String($0.secondsRoundedUp) }
        }
        let near = decision.usage.rules.filter(\.isNearLimit).map(\.rule)
        if !near.isEmpty { fields[.xRateLimitWarning] = near.joined(separator: ", ") }
        if let xRateLimitRule, let usage = decision.usage[xRateLimitRule], let limit = usage.limit {
            let wait = Self.wait(for: usage, decision)
            fields[.xRateLimitLimit] = String(limit)
            fields[.xRateLimitRemaining] = String(Self.remaining(usage, decision))
            fields[.xRateLimitReset] = String((decision.usage.time + wait).secondsRoundedUp)
        }
        return fields
    }

    private func rateLimit(_ decision: Decision) -> String? {
        let reported: RuleUsage? =
            switch decision {
            case .allowed(let usage): usage.tightest
            case .denied(let denial): denial.tightest
            }
        guard let reported, let limit = reported.limit else { return nil }
        var dictionary = OrderedMap<String, ItemOrInnerList>()
        let reset = Self.wait(for: reported, decision).secondsRoundedUp
        for (name, number) in [("limit", limit), ("remaining", Self.remaining(reported, decision)), ("reset", reset)] {
            dictionary[name] = .item(Item(bareItem: .integer(Int64(number)), parameters: [:]))
        }
        var serializer = StructuredFieldValueSerializer()
        // Integers of at most 15 digits, under names that are keys, are always representable.
        return (try? serializer.writeDictionaryFieldValue(dictionary)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Units left, as the client should see it: a refused client has none, even if a smaller cost would still fit.
    private static func remaining(_ usage: RuleUsage, _ decision: Decision) -> Int {
        if case .denied(let denial) = decision, denial.violated.contains(usage.rule) { return 0 }
        return usage.remaining ?? 0
    }

    private static func wait(for usage: RuleUsage, _ decision: Decision) -> Duration {
        guard case .denied(let denial) = decision, denial.violated.contains(usage.rule) else { return usage.reset }
        // Nobody knows when a block without an end is lifted; a window later is soon enough to ask.
        return denial.retryAfter ?? usage.window
    }
}

extension Denial {
    /// The rule to report: of those that refused, the one that leaves least.
    fileprivate var tightest: RuleUsage? {
        usage.rules.filter { violated.contains($0.rule) }.min { ($0.remaining ?? .max) < ($1.remaining ?? .max) }
    }
}
