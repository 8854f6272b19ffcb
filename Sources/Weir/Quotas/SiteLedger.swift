/// The sites of all groups in memory, decided over exactly as `lua/register.lua` does.
package struct SiteLedger: Sendable {
    private struct Registered: Sendable {
        let time: Int
        let application: [UInt8]
    }

    private static let day = Duration.day.microseconds

    private var groups: [[UInt8]: [String: Registered]] = [:]
    /// What was done, by the key of the operation.
    private var operations = ExpiringValues<String>()

    package init() {}

    /// How many groups and operations are kept.
    package var count: Int { groups.count + operations.count }

    /// Decides a request and does what it asks for.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - quota: the quota in force, whoever has set it; nil if what is set is no limit.
    ///   - now: microseconds since the epoch.
    /// - Returns: what the script would have answered.
    package mutating func decide(_ request: RegistrationRequest, quota: Int?, at now: Int) -> RegistrationVerdict {
        let note = request.keys.operation.flatMap { operations.value($0, at: now) }
        if let note, note != request.deed.note {
            return RegistrationVerdict(time: now, status: .otherOperation, count: 0, quota: 0)
        }
        guard let quota else { return RegistrationVerdict(time: now, status: .unreadableLimit, count: 0, quota: 0) }
        let count = groups[request.keys.quota]?.count ?? 0
        func verdict(_ status: RegistrationVerdict.Status, _ count: Int) -> RegistrationVerdict {
            RegistrationVerdict(time: now, status: status, count: count, quota: quota)
        }
        guard note == nil else { return verdict(.repeated, count) }
        let isRegistered = groups[request.keys.quota]?[request.deed.site] != nil
        switch request.deed {
        case .count: return verdict(.done, count)
        case .register(let site, let application) where !isRegistered:
            guard count < quota else { return verdict(.refused, count) }
            groups[request.keys.quota, default: [:]][site] = Registered(time: now, application: application)
            remember(request, at: now)
            return verdict(.done, count + 1)
        case .unregister(let site) where isRegistered:
            groups[request.keys.quota]?[site] = nil
            if count == 1 { groups[request.keys.quota] = nil }
            remember(request, at: now)
            return verdict(.done, count - 1)
        case .register, .unregister: return verdict(.nothingToDo, count)
        }
    }

    private mutating func remember(_ request: RegistrationRequest, at now: Int) {
        guard let key = request.keys.operation else { return }
        operations.keep(request.deed.note, under: key, for: Self.day, at: now)
    }

    /// The sites of a group, the oldest first.
    package func sites(_ key: [UInt8]) -> [(identity: String, time: Int, application: [UInt8])] {
        (groups[key] ?? [:]).map { ($0.key, $0.value.time, $0.value.application) }
            .sorted { ($0.time, $0.identity) < ($1.time, $1.identity) }
    }
}
