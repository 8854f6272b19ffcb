package import Hiredis

/// The steps of a grant of raised limits and of its withdrawal, each one script in one slot.
///
/// A grant claims, then raises under the version that it was given. A withdrawal withdraws the claim, raises with no
/// figures, then frees. Each may be done again from the beginning at any time.
package enum ProductionSteps {
    /// A call of `lua/claim.lua`.
    package struct Claim: Sendable, Hashable {
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

        package func command(calling script: Script) -> Command {
            var command = Command(calling: script)
            command.append(1)
            command.append(key)
            switch deed {
            case .claim(let group):
                command.append("claim")
                command.append(group)
            case .withdraw: command.append("withdraw")
            case .free(let version):
                command.append("free")
                command.append(version)
            case .show: command.append("show")
            }
            return command
        }
    }

    /// What `lua/claim.lua` answers.
    package struct ClaimVerdict: Sendable, Hashable {
        package enum Status: Int, Sendable, Hashable {
            case done = 1
            /// Another group has it, nobody has it, or something came between.
            case notDone = 0
            /// The key holds something else.
            case unreadable = -2
        }

        package let status: Status
        package let version: Int
        /// The group that has the claim, or from which it is being withdrawn, as in its keys; nil if nobody has it.
        package let group: [UInt8]?

        package init(_ status: Status, version: Int, group: [UInt8]?) {
            self.status = status
            self.version = version
            self.group = group
        }

        /// The answer in a reply, or nil if it is none.
        package init?(_ reply: Reply) {
            guard case .array(let parts) = reply, parts.count == 3, case .integer(let number) = parts[0],
                let status = Status(rawValue: number), case .integer(let version) = parts[1],
                case .text(let group) = parts[2]
            else { return nil }
            self.init(status, version: version, group: group.isEmpty ? nil : group)
        }
    }

    /// A call of `lua/raise.lua`; without figures it withdraws.
    package struct Raise: Sendable, Hashable {
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

        package func command(calling script: Script) -> Command {
            var command = Command(calling: script)
            command.append(2)
            command.append(production)
            command.append(limits)
            command.append(application)
            command.append(version)
            command.append(calls.map(String.init) ?? "-")
            command.append(sites.map(String.init) ?? "-")
            command.append(callsName)
            return command
        }
    }

    /// What `lua/raise.lua` answers.
    package struct RaiseVerdict: Sendable, Hashable {
        package enum Status: Int, Sendable, Hashable {
            case done = 1
            /// A greater version has been here, which is the one told; nothing was done.
            case overtaken = 0
            /// A key holds something else.
            case unreadable = -2
        }

        package let status: Status
        package let version: Int
        /// The calls that the group is raised to by all applications together; nil if by none.
        package let calls: Int?
        /// The sites, likewise.
        package let sites: Int?

        package init(_ status: Status, version: Int, calls: Int?, sites: Int?) {
            self.status = status
            self.version = version
            self.calls = calls
            self.sites = sites
        }

        /// The answer in a reply, or nil if it is none.
        package init?(_ reply: Reply) {
            guard case .integers(let numbers) = reply, numbers.count == 4, let status = Status(rawValue: numbers[0])
            else { return nil }
            let figures = numbers[2...].map { $0 < 0 ? nil : $0 }
            self.init(status, version: numbers[1], calls: figures[0], sites: figures[1])
        }
    }
}
