/// A command that goes out, and what is to be done with its end.
package struct OutgoingCommand: Sendable {
    package enum Ending: Sendable {
        case replied(Reply)
        /// Nothing more will come; the error says whether the command may have run.
        case failed(RedisError)
        /// The connection ended before the command was handed over whole; it has certainly not run.
        case unsent
    }

    package let command: Command
    package let end: @Sendable (Ending) -> Void

    package init(_ command: Command, end: @escaping @Sendable (Ending) -> Void) {
        self.command = command
        self.end = end
    }
}
