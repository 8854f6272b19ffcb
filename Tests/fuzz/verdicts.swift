import Hiredis
import WeirFields
import WeirHTTP

@testable import Weir

private let rules = [
    Rule("group", per: .group, limit: Limit(1000, per: .day), warnAt: 0.8),
    Rule("application", observing: .group, .application, per: .day),
    Rule("endpoint", per: .group, .endpoint, limit: Limit(5, per: .minute)),
]
private let descriptor = Descriptor(endpoint: "POST /objects", group: "acme", application: "crm")
private let limiter = made(try? RateLimiter(inMemory: InMemoryStore(), rules: rules))
private let keys = KeyScheme(prefix: "weir", secret: Array("pepper".utf8))
private let subject = made(try? limiter.ruleSet.subject(of: descriptor, keys: keys))
private let fields = made(
    try? RateLimitFields([.dictionary], byRule: ["group": [.dictionary, .xRateLimitEpoch]], jitter: .second)
)

/// Whatever integers and texts come as the answer of a script, it is a decision, an error, or no answer of the script.
@_cdecl("LLVMFuzzerTestOneInput")
public func verdicts(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let shape = input.byte()
    let cost = Int(shape & 3)
    let requests = (0...Int(shape >> 2 & 3)).map { _ in DecisionRequest(subject, least: cost, most: cost) }
    let reply = reply(from: &input, allIntegers: shape & 128 == 0)

    for (request, verdict) in zip(requests, Batch(requests).verdicts(in: reply).map(Array.init) ?? []) {
        show(verdict, request, rules)
        var memory = RememberedDenials(atMost: .minute)
        memory.remember(verdict, of: request, memory.begin(at: 0), at: 0)
        for time in [0, 1, 100, 1_000_000] {
            if let denial = memory.answer(to: request, at: time) { show(.denied(denial)) }
        }
    }
    if let (verdict, parts) = PoolQuery.answer(in: reply) {
        let window = DecisionRequest([subject.windows[0]], cost: 0)
        show(verdict, window, [rules[0]])
        for part in parts { _ = ApplicationUsage(part) }
    }
    if let verdict = CreationVerdict(reply) { _ = CreationUsage(verdict).remaining }
    if let verdict = RegistrationVerdict(reply) {
        _ = SiteUsage(count: verdict.count, quota: verdict.quota).remaining
    }
    _ = ProductionClaimVerdict(reply)
    _ = ProductionRaiseVerdict(reply)
    if case .done(let before?) = LimitChange.outcome(in: reply) { _ = LimitOverride(stored: before) }
    return 0
}

/// Looks at all that a host may look at.
private func show(_ verdict: Verdict, _ request: DecisionRequest, _ rules: [Rule]) {
    guard let decision = try? verdict.decision(on: request, under: rules) else { return }
    if case .denied = decision { _ = verdict.deniedCosts(of: request) }
    show(decision)
}

private func show(_ decision: Decision) {
    _ = decision.usage.tightest?.remaining
    require(decision.usage.rules.allSatisfy { $0.remaining ?? 0 >= 0 && $0.reset >= .zero }, "\(decision)")
    _ = fields.fields(for: decision)
}

private func reply(from input: inout FuzzInput, allIntegers: Bool) -> Reply {
    if allIntegers {
        var integers: [Int] = []
        while !input.isEmpty { integers.append(input.integer()) }
        return .integers(integers)
    }
    var parts: [Reply] = []
    while !input.isEmpty {
        switch input.byte() {
        case 0: parts.append(.null)
        case 1: parts.append(.text(Array(input.counted())))
        case 2: parts.append(.status(String(decoding: input.counted(), as: UTF8.self)))
        default: parts.append(.integer(input.integer()))
        }
    }
    return .array(parts)
}
