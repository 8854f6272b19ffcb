internal import Hiredis
internal import LuaScripts

/// The scripts that limiters and keepers have in common.
enum RedisScripts {
    static let limit = Script(source: Scripts.limit)
}

extension RedisAccess {
    /// Sets or removes a limit in place of another.
    func change(_ change: LimitChange) async throws(WeirError) -> LimitChange.Outcome {
        try await answer(to: change.command(calling: RedisScripts.limit, by: name)) { LimitChange.outcome(in: $0) }
    }

    /// What is set for an owner, by field.
    func limits(_ key: [UInt8]) async throws(WeirError) -> [String: String] {
        try await fields(of: key).mapValues { String(decoding: $0, as: UTF8.self) }
    }
}
