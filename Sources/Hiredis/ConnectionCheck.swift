/// A question to each new connection, whose answer may be the end of it.
package struct ConnectionCheck: Sendable {
    package enum Finding: Sendable {
        case fine
        /// For people to read; the connection is used all the same.
        case warning(String)
        /// The connection is of no use.
        case obstacle(RedisError)
    }

    package let command: Command
    /// Sends a script's source instead of its digest.
    package let isWhole: Bool
    package let judge: @Sendable (Reply) -> Finding

    package init(_ command: Command, isWhole: Bool = false, judge: @escaping @Sendable (Reply) -> Finding) {
        self.command = command
        self.isWhole = isWhole
        self.judge = judge
    }
}
