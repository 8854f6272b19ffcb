internal import Synchronization

/// Tells whoever wants to know of decisions near a limit, at most once a window and subject.
final class NearLimitWarnings: Sendable {
    /// When a claim has failed, so long passes before the next attempt.
    private static let pause = Duration.second

    private let hook: (@Sendable (NearLimit) -> Void)?
    private let memory = Mutex(NearLimitMemory())

    init(_ hook: (@Sendable (NearLimit) -> Void)?) { self.hook = hook }

    /// Sees to it that the hook is called for what nobody was told yet.
    ///
    /// The windows are in the order of the usage's rules. The caller does not wait for it: at most once a window, a task of
    /// its own asks for the right to warn.
    func tell(_ usage: Usage, of windows: [Window], _ descriptor: Descriptor, through store: any Store) {
        guard let hook else { return }
        for (rule, window) in zip(usage.rules, windows) where rule.isNearLimit {
            let key = window.key
            guard memory.withLock({ $0.isNew(key, at: usage.time, for: rule.window) }) else { continue }
            let near = NearLimit(usage: rule, descriptor: descriptor, time: usage.time)
            Task {
                switch await claim(key, for: rule.window, through: store) {
                case .granted: hook(near)
                case .taken(let rest): memory.withLock { $0.remember(key, until: usage.time + .microseconds(rest)) }
                case nil: memory.withLock { $0.remember(key, until: usage.time + Self.pause) }
                }
            }
        }
    }

    private func claim(_ key: [UInt8], for window: Duration, through store: any Store) async -> WarningClaim? {
        try? await store.claim(key + Array(":warned".utf8), for: window.microseconds)
    }
}
