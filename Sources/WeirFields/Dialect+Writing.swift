public import HTTPTypes
internal import RawStructuredFieldValues

extension Dialect {
    /// The fields for these limits, written in this form.
    ///
    /// A ``list`` tells all of them; the others have room for one, and tell the one that leaves least, among equals the one
    /// that resets last. Seconds are rounded up: a reset of 57.2 s is 58. Numbers are told from 0 to 15 digits.
    ///
    /// What lacks a part that the form requires is left out: for a ``list`` the name, and the units left in `RateLimit` or the
    /// limit in `RateLimit-Policy`; for the others the limit and the reset. In a ``list``, whatever is no printable ASCII of a
    /// name or a unit is percent-encoded: `débit` is told as `d%C3%A9bit`.
    ///
    /// - Parameters:
    ///   - reports: where the limits stand.
    ///   - time: now, since the epoch; only ``xRateLimitEpoch`` tells it.
    /// - Returns: no fields if nothing can be told.
    public func fields(for reports: [LimitReport], at time: Duration) -> HTTPFields {
        var fields = HTTPFields()
        switch self {
        case .list:
            fields[.rateLimit] = StructuredText.list(reports.compactMap(\.standing))
            fields[.rateLimitPolicy] = StructuredText.list(reports.compactMap(\.policy))
        case .dictionary:
            guard let report = reports.filter(\.isTellableAlone).tightest else { break }
            fields[.rateLimit] = StructuredText.dictionary([
                ("limit", report.limit), ("remaining", report.remaining), ("reset", report.reset?.secondsRoundedUp),
            ])
        case .trio, .xRateLimit, .xRateLimitEpoch:
            guard let triple, let report = reports.filter(\.isTellableAlone).tightest else { break }
            fields = triple.fields(for: report) { self == .xRateLimitEpoch ? time.bounded + $0.bounded : $0 }
        }
        return fields
    }

    /// `RateLimit-Policy: 5;w=60, 10000;w=86400`, which goes with ``dictionary`` and with ``trio``.
    ///
    /// Of several limits that admit the same, the first is told alone. Nil if none has both a limit and a window.
    ///
    /// Source: draft-ietf-httpapi-ratelimit-headers-07, section 3.2: no two policies may have the same quota.
    package static func integerPolicy(for reports: [LimitReport]) -> HTTPField? {
        var limits: Set<Int> = []
        let items = reports.compactMap { report -> Item? in
            guard let limit = report.limit?.told, let window = report.windowTold, limits.insert(limit).inserted else {
                return nil
            }
            return Item(bareItem: .integer(Int64(limit)), parameters: ["w": window])
        }
        return StructuredText.list(items).map { HTTPField(name: .rateLimitPolicy, value: $0) }
    }

    /// The fields of the forms that have three.
    var triple: FieldTriple? {
        switch self {
        case .dictionary, .list: nil
        case .trio: .rateLimit
        case .xRateLimit: .xRateLimit
        case .xRateLimitEpoch: .xRateLimitEpoch
        }
    }
}
