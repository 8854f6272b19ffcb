package import Hiredis

/// What `lua/register.lua` answers.
package struct RegistrationVerdict: Sendable, Hashable {
    package enum Status: Int, Sendable, Hashable {
        /// The quota has no room.
        case refused = 0
        /// Registered, removed or counted.
        case done = 1
        /// It was registered already, or there is none to remove.
        case nothingToDo = 2
        /// It was done before, under the same operation key.
        case repeated = 3
        /// The operation key was used for another deed or site.
        case otherOperation = -1
        /// A key holds something else.
        case unreadable = -2
        /// What operators have set is no limit.
        case unreadableLimit = -3
    }

    /// Microseconds since the epoch.
    package let time: Int
    package let status: Status
    /// How many sites are registered now; zero if nothing could be read.
    package let count: Int
    /// The quota in force; zero if nothing could be read.
    package let quota: Int

    package init(time: Int, status: Status, count: Int, quota: Int) {
        self.time = time
        self.status = status
        self.count = count
        self.quota = quota
    }

    /// The answer in a reply, or nil if it is none.
    package init?(_ reply: Reply) {
        guard let numbers = reply.numbers, numbers.count == 4, let status = Status(rawValue: numbers[1])
        else { return nil }
        self.init(time: numbers[0], status: status, count: numbers[2], quota: numbers[3])
    }
}
