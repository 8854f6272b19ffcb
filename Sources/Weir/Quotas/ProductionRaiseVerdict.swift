package import Hiredis

/// What `lua/raise.lua` answers.
package struct ProductionRaiseVerdict: Sendable, Hashable {
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
        guard let numbers = reply.numbers, numbers.count == 4, let status = Status(rawValue: numbers[0])
        else { return nil }
        let figures = numbers[2...].map { $0 < 0 ? nil : $0 }
        self.init(status, version: numbers[1], calls: figures[0], sites: figures[1])
    }
}
