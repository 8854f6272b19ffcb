/// The limits that hold for one window, one after another: what an operator has set for a time, then what holds after it.
package struct LimitStages: Sendable {
    struct Stage: Sendable {
        /// Nil counts and never refuses.
        let limit: Int?
        /// In microseconds since the epoch; nil for no end.
        let ends: Int?
    }

    private(set) var stages: [Stage]

    var limit: Int? { stages[0].limit }
    /// What holds in the end.
    var last: Int? { stages.first { $0.ends == nil }?.limit }

    /// What holds at a time, where `stored` is the owner's hash of limits; nil if it holds something that is no limit.
    init?(_ declared: Int?, key: [UInt8], stored: [String: String], at now: Int) {
        stages = [Stage(limit: declared, ends: nil)]
        guard !stored.isEmpty else { return }
        let field = Self.field(of: key)
        for name in ["production" + field, field] {
            guard let text = stored[name] else { continue }
            guard let override = LimitOverride(stored: text) else { return nil }
            guard override.ends.map({ $0 > now }) ?? true else { continue }
            var limit = override.limit
            if name != field {
                // A contract raises a limit; it never lowers one, and what only counts has none.
                guard let declared else { continue }
                limit = max(limit, declared)
            }
            stages.insert(Stage(limit: limit, ends: override.ends), at: 0)
        }
    }

    /// What stands for a window or a quota among its owner's limits: what follows the brace in its key.
    package static func field(of key: [UInt8]) -> String {
        let start = key.lastIndex(of: UInt8(ascii: "}")).map { $0 + 1 } ?? 0
        return String(decoding: key[start...], as: UTF8.self)
    }
}
