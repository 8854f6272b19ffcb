package import Hiredis

/// The answer of `lua/create.lua`; times are in microseconds since the epoch.
package struct CreationVerdict: Sendable, Hashable {
    /// What has become of the call; the numbers are the script's.
    package enum Status: Int, Sendable {
        case done = 1
        /// Done before under this operation: `charged` is of then, and nothing is charged now.
        case repeated = 2
        /// There was no room, and nothing is charged.
        case refused = 0
        /// The operation was used for a call of another size.
        case otherOperation = -1
        /// A key holds something else.
        case unreadable = -2
        /// What an operator has set is no limit.
        case unreadableLimit = -3
    }

    package let time: Int
    package let status: Status
    /// The objects charged; of a release, minus those that it gave back.
    package let charged: Int
    package let used: Int
    /// The limit as it is now, with what has grown.
    package let limit: Int
    /// When the limit was first reached.
    package let reached: Int?
    /// When the limit grows next.
    package let nextGrowth: Int?

    init(
        time: Int,
        status: Status,
        charged: Int = 0,
        used: Int = 0,
        limit: Int = 0,
        reached: Int? = nil,
        nextGrowth: Int? = nil
    ) {
        self.time = time
        self.status = status
        self.charged = charged
        self.used = used
        self.limit = limit
        self.reached = reached
        self.nextGrowth = nextGrowth
    }

    /// Reads a reply; nil if it is not one of the script.
    package init?(_ reply: Reply) {
        guard let numbers = reply.numbers, numbers.count == 7, let status = Status(rawValue: numbers[1]) else {
            return nil
        }
        self.init(
            time: numbers[0],
            status: status,
            charged: numbers[2],
            used: numbers[3],
            limit: numbers[4],
            reached: numbers[5] < 0 ? nil : numbers[5],
            nextGrowth: numbers[6] < 0 ? nil : numbers[6]
        )
    }
}
