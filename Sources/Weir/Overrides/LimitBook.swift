/// What operators have set, in memory, exactly as `lua/limit.lua` keeps it: by the owner's key, then by field.
package struct LimitBook: Sendable {
    package private(set) var limits: [[UInt8]: [String: String]] = [:]

    package init() {}

    package mutating func apply(_ change: LimitChange, at now: Int) -> LimitChange.Outcome {
        let before = limits[change.key]?[change.field]
        guard let override = change.override else {
            guard before != nil else { return .nothingToRemove }
            set(nil, change.field, under: change.key)
            return .done(before: before)
        }
        if let ends = override.ends, ends <= now { return .endsInThePast }
        set(override.stored, change.field, under: change.key)
        return .done(before: before)
    }

    /// Puts a text under a field, or removes it.
    package mutating func set(_ text: String?, _ field: String, under key: [UInt8]) {
        limits[key, default: [:]][field] = text
        if limits[key]?.isEmpty == true { limits[key] = nil }
    }
}
