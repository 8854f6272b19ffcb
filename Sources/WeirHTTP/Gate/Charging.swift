public import HTTPTypes

/// Which responses count against the limits, and how much.
///
/// Every request reserves its cost before it goes on, so reserved and counted units together are never more than the
/// limit, however many requests come at once: while ten of ten units are reserved, the eleventh request is refused even if
/// none of the ten will count. What the outcome does not cost is given back when the response is known.
///
/// Only what Redis, or a store in memory, was charged is given back; what a `FailurePolicy` decided is left as it is, and
/// what was charged by rules that the limiter no longer has. Units
/// are taken from the newest charges: what a request reserved that ran for 2 seconds may leave the window up to 2 seconds
/// late, and what others used meanwhile up to 2 seconds early.
public struct Charging: Sendable {
    private enum Kind: Sendable {
        case always
        case unless(@Sendable (HTTPResponse.Status) -> Bool)
        case actual(@Sendable (HTTPResponse.Status) -> Int)
    }

    private let kind: Kind

    /// Every request counts what it has asked for, whatever becomes of it.
    public static let always = Charging(kind: .always)

    /// A request is given back all it has reserved if its outcome does not count.
    ///
    /// - Parameter isFree: whether a response of this status counts nothing.
    /// - Returns: a charging that is settled when the status is known.
    public static func unless(_ isFree: @escaping @Sendable (HTTPResponse.Status) -> Bool) -> Charging {
        Charging(kind: .unless(isFree))
    }

    /// What the server has failed to do, with a status of 500 to 599, counts nothing.
    public static let refundingServerErrors = Charging.unless { $0.kind == .serverError }

    /// Only responses of these statuses count, such as 401 where guesses of a password are limited.
    public static func countingOnly(_ statuses: Set<HTTPResponse.Status>) -> Charging {
        .unless { !statuses.contains($0) }
    }

    /// Only responses whose status code is in a range count: `.countingOnly(200..<300)` what was successful.
    public static func countingOnly(_ codes: Range<Int>) -> Charging {
        .unless { !codes.contains($0.code) }
    }

    /// A request counts what it turns out to have cost.
    ///
    /// What was reserved above that is given back. What was reserved below it is charged afterwards as far as it fits: with
    /// 3 units left, a request that reserved 1 and cost 10 is charged 4. Less than zero counts as zero.
    ///
    /// - Parameter cost: the units that a response of this status costs.
    /// - Returns: a charging that is settled when the status is known.
    public static func actual(_ cost: @escaping @Sendable (HTTPResponse.Status) -> Int) -> Charging {
        Charging(kind: .actual(cost))
    }

    /// What a request costs that has reserved so much.
    func cost(of status: HTTPResponse.Status, reserved: Int) -> Int {
        switch kind {
        case .always: reserved
        case .unless(let isFree): isFree(status) ? 0 : reserved
        case .actual(let cost): cost(status)
        }
    }
}
