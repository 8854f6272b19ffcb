internal import HTTPTypes
internal import Weir
internal import WeirFields
internal import WeirHTTP

/// A header field as a client of an endpoint may see it, written by what answers requests.
struct FieldExample: Hashable {
    let name: HTTPField.Name
    let value: String

    /// The value, if it is a number alone.
    var number: Int? { Int(value) }

    /// The time at which all examples happen, since the epoch: 22 November 2026.
    private static let time = Duration.seconds(1_795_305_600)

    /// The fields right after the first request of a client, or of a request that one of the limits refused.
    ///
    /// - Parameters:
    ///   - limits: those that apply.
    ///   - violated: the one that refused, if any.
    ///   - responses: in which forms they are told.
    /// - Returns: the fields as the service sends them, but for jitter; none if the responses make no sense.
    static func fields(
        for limits: [PublishedLimit],
        refusedBy violated: PublishedLimit? = nil,
        in responses: Policy.Responses
    ) -> [FieldExample] {
        let standings = limits.compactMap { LimitStanding($0, refusedBy: violated) }
        return fields(in: responses) { fields in
            fields.fields(
                for: standings.map(\.report),
                violated: Set(violated.map { [$0.rule.name] } ?? []),
                retryAfter: violated.map { LimitStanding.wait($0) },
                nearLimit: standings.filter(\.isNear).map(\.name),
                at: time
            )
        }
    }

    /// The fields of a request that is refused because Redis does not decide: a second to wait, which is a guess.
    static func unavailable(in responses: Policy.Responses) -> [FieldExample] {
        fields(in: responses) { $0.fields(for: [], retryAfter: .seconds(1), at: time) }
    }

    private static func fields(
        in responses: Policy.Responses,
        _ written: (RateLimitFields) -> HTTPFields
    ) -> [FieldExample] {
        guard let fields = try? responses.fields() else { return [] }
        return written(fields).map { FieldExample(name: $0.name, value: $0.value) }
    }
}
