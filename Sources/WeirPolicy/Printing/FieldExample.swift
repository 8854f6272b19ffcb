internal import HTTPTypes
internal import Weir
internal import WeirFields

/// Header fields as a client of an endpoint may see them, right after its first request.
struct FieldExample: Hashable {
    let name: String
    let value: String

    /// The time at which all examples happen, since the epoch: 22 November 2026.
    private static let time = Duration.seconds(1_795_305_600)

    /// The fields of all dialects in which limits are told, in the order of the dialects.
    ///
    /// - Parameters:
    ///   - limits: those that apply.
    ///   - tellsPolicy: whether the windows are told, too, in the form of the drafts up to 07.
    /// - Returns: the fields as the service writes them.
    static func fields(for limits: [PublishedLimit], tellsPolicy: Bool) -> [FieldExample] {
        func told(in dialects: Set<Dialect>) -> [LimitReport] {
            limits.filter { !$0.dialects.isDisjoint(with: dialects) }.compactMap { report($0) }
        }
        var fields = Dialect.allCases.flatMap { dialect in
            dialect.fields(for: told(in: [dialect]), at: time).map {
                FieldExample(name: $0.name.rawName, value: $0.value)
            }
        }
        // Where lists are told, which have policies of another form, there are none of these.
        let policies = limits.contains { $0.dialects.contains(.list) } ? [] : told(in: [.dictionary, .trio])
        if tellsPolicy, let field = Dialect.integerPolicy(for: policies) {
            fields.append(FieldExample(name: field.name.rawName, value: field.value))
        }
        return fields
    }

    /// Where a limit stands after the first request, of which two seconds have passed if the window is that long.
    private static func report(_ limit: PublishedLimit) -> LimitReport? {
        limit.count.map { count in
            LimitReport(
                name: limit.rule.name,
                limit: count,
                remaining: count - 1,
                reset: max(.seconds(1), limit.window - .seconds(2)),
                window: limit.window
            )
        }
    }
}
