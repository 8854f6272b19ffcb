package import Hiredis

/// A call of `lua/claim.lua`: the first and the last step of a grant of raised limits and of its withdrawal.
///
/// A grant claims, then raises under the version that it was given. A withdrawal withdraws the claim, raises with no
/// figures, then frees. Each may be done again from the beginning at any time.
package struct ProductionClaim: Sendable, Hashable {
    package enum Deed: Sendable, Hashable {
        /// The group as in its keys: `g=acme`.
        case claim(group: [UInt8])
        case withdraw
        case free(version: Int)
        case show
    }

    package let deed: Deed
    /// The key of the application's claim.
    package let key: [UInt8]

    package init(_ deed: Deed, key: [UInt8]) {
        self.deed = deed
        self.key = key
    }

    /// The call; `name` says in the application's audit trail who it was.
    package func command(calling script: Script, by name: String? = nil) -> Command {
        var command = Command(calling: script)
        command.append(2)
        command.append(key: key)
        command.append(key: AuditTrail.key(beside: key))
        switch deed {
        case .claim(let group):
            command.append("claim")
            command.append(group)
        case .withdraw:
            command.append("withdraw")
            if name != nil { command.append("") }
        case .free(let version):
            command.append("free")
            command.append(version)
        case .show:
            command.append("show")
            if name != nil { command.append("") }
        }
        if let name { command.append(name) }
        return command
    }
}
