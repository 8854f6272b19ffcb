/// One search for the primary: who is asked next and until when, and what to say if nobody knows.
///
/// Told what the Sentinels said; it does neither I/O nor looks at a clock.
struct SentinelSearch {
    typealias Instant = ContinuousClock.Instant

    private var waiting: ArraySlice<Int>
    private let deadline: Instant
    /// Why each Sentinel is of no use, by its place in the address.
    private var failures: [Int: RedisError] = [:]

    init(_ order: SentinelOrder, before deadline: Instant) {
        waiting = order.places[...]
        self.deadline = deadline
    }

    /// Whom to ask now, and how long to wait for it; nil if there is nobody left, or no time.
    ///
    /// Each has its share of the time that is left, and so has the primary: half of the Sentinels may keep silent.
    mutating func next(at now: Instant) -> (place: Int, deadline: Instant)? {
        guard now < deadline, let place = waiting.first else { return nil }
        let share = (deadline - now) / (waiting.count + 1)
        waiting = waiting.dropFirst()
        return (place, now + share)
    }

    mutating func failed(_ place: Int, because error: RedisError) { failures[place] = error }

    /// Why it was in vain.
    ///
    /// The same whatever the order was in which they were asked. It is permanent only if that holds for each of them.
    ///
    /// - Parameter set: the Sentinels.
    /// - Returns: the reasons, those of five at most.
    func failure(of set: SentinelSet) -> RedisError {
        var reasons: [(text: String, sentinels: [String])] = []
        for (place, sentinel) in set.sentinels.enumerated() {
            let text = String(
                (failures[place]?.message ?? "there was no time left to ask it").prefix(Self.longestReason)
            )
            let name = sentinel.endpoint.description
            if let known = reasons.firstIndex(where: { $0.text == text }) {
                reasons[known].sentinels.append(name)
            } else {
                reasons.append((text, [name]))
            }
        }
        let most = Self.mostReasons
        var told = reasons.prefix(most).map { "\($0.text) (\(Self.list($0.sentinels)))" }
        if reasons.count > most { told.append("and \(reasons.count - most) other reasons") }
        let message = "no Sentinel says where the primary '\(set.shownName)' is: \(told.joined(separator: "; "))"
        let first = set.sentinels.indices.compactMap { failures[$0] }.first
        guard let first, failures.count == set.sentinels.count, failures.values.allSatisfy(\.isPermanent) else {
            return RedisError(.unreachable, message)
        }
        return first.saying(message)
    }

    private static let longestReason = 300
    private static let mostReasons = 5

    private static func list(_ names: [String]) -> String {
        names.prefix(mostReasons).joined(separator: ", ")
            + (names.count > mostReasons ? " and \(names.count - mostReasons) more" : "")
    }
}
