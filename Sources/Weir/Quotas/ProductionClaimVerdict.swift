package import Hiredis

/// What `lua/claim.lua` answers.
package struct ProductionClaimVerdict: Sendable, Hashable {
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
        guard case .array(let parts) = reply, parts.count == 3, let number = parts[0].number,
            let status = Status(rawValue: number), let version = parts[1].number,
            case .text(let group) = parts[2]
        else { return nil }
        self.init(status, version: version, group: group.isEmpty ? nil : group)
    }
}
