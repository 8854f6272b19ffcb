package import Hiredis

/// A limit that is to be set in place of another, or removed: what `lua/limit.lua` is asked.
package struct LimitChange: Sendable, Hashable {
    /// What came of it.
    package enum Outcome: Sendable, Hashable {
        /// Done; with what was stored before.
        case done(before: String?)
        case nothingToRemove
        case endsInThePast
        /// Something else is under the key.
        case unreadable
    }

    package let key: [UInt8]
    package let field: String
    /// Nil removes what is set.
    package let override: LimitOverride?

    package init(key: [UInt8], field: String, override: LimitOverride?) {
        self.key = key
        self.field = field
        self.override = override
    }

    /// The call; `name` says in the owner's audit trail who it was.
    package func command(calling script: Script, at time: Int? = nil, by name: String? = nil) -> Command {
        var command = Command(calling: script)
        command.append(2)
        command.append(key: key)
        command.append(key: AuditTrail.key(beside: key))
        command.append(field)
        command.append(override.map { String($0.limit) } ?? "-")
        command.append(override?.until.map { String($0.components.seconds) } ?? "")
        if time != nil || name != nil { command.append(time.map(String.init) ?? "") }
        if let name { command.append(name) }
        return command
    }

    /// The answer, or nil if the reply is not one of the script.
    package static func outcome(in reply: Reply) -> Outcome? {
        guard case .array(let parts) = reply, parts.count == 2, case .integer(let status) = parts[0],
            let before = parts[1].string
        else { return nil }
        return switch status {
        case 1: .done(before: before.isEmpty ? nil : before)
        case 0: .nothingToRemove
        case -1: .endsInThePast
        case -2: .unreadable
        default: nil
        }
    }
}

extension LimitChange.Outcome {
    /// What the change replaced, or the error that it means.
    func replaced(by change: LimitChange) throws(WeirError) -> LimitOverride? {
        switch self {
        case .done(let before): return before.flatMap { LimitOverride(stored: $0) }
        case .nothingToRemove: return nil
        case .endsInThePast:
            throw WeirError(
                .invalidOverride,
                "the override ends in the past, by the clock of the store; give a later time, or remove it to end it now"
            )
        case .unreadable:
            let key = String(decoding: change.key, as: UTF8.self)
            throw WeirError(
                .unreadableOverride,
                "the key '\(key)' holds something else than limits; look at it with redis-cli TYPE, remove it with DEL"
            )
        }
    }
}
