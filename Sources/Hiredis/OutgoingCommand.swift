/// A command that goes out, and what is to be done with its end.
@usableFromInline
package struct OutgoingCommand: Sendable {
    @usableFromInline
    package enum Ending: Sendable {
        case replied(Reply)
        /// Nothing more will come; the error says whether the command may have run.
        case failed(RedisError)
        /// The connection ended before the command was handed over whole; it has certainly not run.
        case unsent
    }

    @usableFromInline
    package let command: Command
    @usableFromInline
    package let end: @Sendable (Ending) -> Void

    @usableFromInline
    package init(_ command: Command, end: @escaping @Sendable (Ending) -> Void) {
        self.command = command
        self.end = end
    }
}
