internal import Weir
internal import WeirFields

/// Where a limit stands in an example.
///
/// After the first request, two seconds of which have passed if the window is that long; or, when a limit refuses, it leaves
/// nothing, and the others have counted what it admitted.
struct LimitStanding {
    let name: String
    let report: LimitReport
    /// Whether the service warns of it.
    let isNear: Bool

    /// Nil for a rule that only counts.
    init?(_ limit: PublishedLimit, refusedBy violated: PublishedLimit?) {
        guard let count = limit.count else { return nil }
        let refuses = violated?.rule.name == limit.rule.name
        let admitted = violated?.count ?? 1
        let used = refuses ? count : (admitted < count ? admitted : 1)
        name = limit.rule.name
        report = LimitReport(
            name: limit.rule.name,
            limit: count,
            remaining: max(0, count - used),
            reset: refuses ? Self.wait(limit) : max(.seconds(1), limit.window - .seconds(2)),
            window: limit.window
        )
        isNear = limit.rule.warnAt.map { Double(used) >= $0 * Double(count) } ?? false
    }

    /// How long a client waits that is refused when a quarter of the window has passed, in whole seconds: 45 of a minute.
    static func wait(_ limit: PublishedLimit) -> Duration { .seconds((limit.window * 3 / 4).secondsRoundedUp) }
}
