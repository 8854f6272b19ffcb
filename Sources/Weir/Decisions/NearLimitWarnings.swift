internal import CoreMetrics
internal import Synchronization

/// Counts the decisions near a limit and tells whoever wants to know, at most once a window and subject.
final class NearLimitWarnings: Sendable {
    private let counters: [String: Counter]
    private let hook: (@Sendable (NearLimit) -> Void)?
    private let memory = Mutex(NearLimitMemory())

    init(rules: [String], configuration: RateLimiter.Configuration) {
        hook = configuration.onNearLimit
        let named = rules.map { name in
            (name, Counter(label: "weir_near_limit", dimensions: [("rule", name)], factory: configuration.metrics))
        }
        counters = Dictionary(uniqueKeysWithValues: named)
    }

    /// Counts, and calls the hook for what nobody was told yet.
    ///
    /// The keys are those of the windows, in the order of the usage's rules. A claim that fails warns nobody: at most once.
    func tell(_ usage: Usage, of keys: [[UInt8]], _ descriptor: Descriptor, through store: any Store) async {
        for (rule, key) in zip(usage.rules, keys) where rule.isNearLimit {
            counters[rule.rule]?.increment()
            guard let hook, memory.withLock({ $0.isNew(key, at: usage.time, for: rule.window) }) else { continue }
            let claim = key + Array(":warned".utf8)
            guard (try? await store.claim(claim, for: rule.window.microseconds)) == true else { continue }
            hook(NearLimit(usage: rule, descriptor: descriptor, time: usage.time))
        }
    }
}
