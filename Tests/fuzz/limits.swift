@testable import Weir

/// Texts that mean limits are refused, or mean one within its bounds.
///
/// The first byte says what the rest is.
@_cdecl("LLVMFuzzerTestOneInput")
public func limits(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    switch input.byte() % 5 {
    case 0: declared(input.text())
    case 1: stored(input.text())
    case 2: set(&input)
    case 3: staged(&input)
    default: listed(&input)
    }
    return 0
}

/// As in `5/minute`.
private func declared(_ text: String) {
    guard let limit = try? Limit(parsing: text), (try? RuleSet([Rule("r", per: .token, limit: limit)])) != nil else {
        return
    }
    let isWithin = (1...(1 << 31)).contains(limit.count)
    require(isWithin && limit.window >= .milliseconds(1) && limit.window <= .day * 366, "\(limit) from '\(text)'")
}

/// As an operator's tool stores it.
private func stored(_ text: String) {
    guard let override = LimitOverride(stored: text) else { return }
    check(override)
    require(LimitOverride(stored: override.stored) == override, "\(override) from '\(text)'")
}

/// As the library stores it.
private func set(_ input: inout FuzzInput) {
    let limit = input.integer()
    let until = Duration(secondsComponent: Int64(input.integer()), attosecondsComponent: Int64(input.integer()))
    guard let override = try? LimitOverride(limit, until: input.byte() == 0 ? nil : until) else { return }
    check(override)
    require(LimitOverride(stored: override.stored) == override, "\(override)")
}

/// What holds of all that is stored.
private func staged(_ input: inout FuzzInput) {
    let declared = input.byte() == 0 ? nil : Int(input.byte())
    let now = input.integer()
    let key = Array("weir:{g=acme}:".utf8) + input.counted()
    let field = LimitStages.field(of: key)
    let texts = [field: input.counted(), "production" + field: input.counted()]
    let stored = texts.mapValues { String(decoding: $0, as: UTF8.self) }
    guard let stages = LimitStages(declared, key: key, stored: stored, at: now) else { return }
    require((stages.limit ?? 0) >= 0 && (stages.limit ?? 0) <= 1 << 31, "\(stages)")
    require((stages.last ?? 0) >= 0, "\(stages)")
}

/// What stands in a listing.
private func listed(_ input: inout FuzzInput) {
    let identity = String(decoding: input.counted(), as: UTF8.self)
    _ = KeyScheme.decodedName(input.counted())
    if let site = RegisteredSite(identity: identity, stored: Array(input.rest)) { _ = "\(site)" }
}

private func check(_ override: LimitOverride) {
    require((0...(1 << 31)).contains(override.limit), "\(override)")
    if let ends = override.ends { require((0...(1 << 53)).contains(ends), "\(override)") }
}
