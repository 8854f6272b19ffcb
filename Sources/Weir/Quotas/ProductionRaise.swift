package import Hiredis

/// A call of `lua/raise.lua`; without figures it withdraws.
package struct ProductionRaise: Sendable, Hashable {
    /// The application as in its keys: `a=crm`.
    package let application: [UInt8]
    /// The version that the claim was given.
    package let version: Int
    package let calls: Int?
    package let sites: Int?
    /// The name of the limit on calls: what follows the brace in the key of its window.
    package let callsName: String
    /// The key of what applications raise the group to.
    package let production: [UInt8]
    /// The key of the group's limits.
    package let limits: [UInt8]

    package init(
        _ application: [UInt8],
        version: Int,
        calls: Int? = nil,
        sites: Int? = nil,
        callsName: String = ":group",
        production: [UInt8],
        limits: [UInt8]
    ) {
        self.application = application
        self.version = version
        self.calls = calls
        self.sites = sites
        self.callsName = callsName
        self.production = production
        self.limits = limits
    }

    /// The call; `name` says in the group's audit trail who it was.
    package func command(calling script: Script, by name: String? = nil) -> Command {
        var command = Command(calling: script)
        command.append(3)
        command.append(key: production)
        command.append(key: limits)
        command.append(key: AuditTrail.key(beside: production))
        command.append(application)
        command.append(version)
        command.append(calls.map(String.init) ?? "-")
        command.append(sites.map(String.init) ?? "-")
        command.append(callsName)
        if let name { command.append(name) }
        return command
    }
}
