extension RedisError {
    /// The same with what to do about it, where that is known.
    @usableFromInline
    package var advised: RedisError {
        switch server?.code {
        case "NOAUTH":
            saying("the server asks for a password: write redis://user:password@host, or provide credentials")
        case "WRONGPASS":
            saying("the user or the password is wrong, or the user is switched off")
        case "NOPERM":
            // Such as: NOPERM this user has no permissions to run the 'script|load' command
            if let command = message.split(separator: "'").dropFirst().first.map({ Self.subcommands[$0] ?? $0 }) {
                saying("the user has no right to run \(command): add +\(command) to its ACL")
            } else {
                saying("the user has no right to the keys: add them to its ACL, ~weir:* if the prefix is weir")
            }
        default: self
        }
    }

    /// Redis 6 names the command alone, which would be a right to more than is asked for.
    private static let subcommands: [Substring: Substring] = [
        "script": "script|load", "config": "config|get", "cluster": "cluster|slots",
        "sentinel": "sentinel|get-master-addr-by-name",
    ]

    /// The same in other words.
    package func saying(_ text: String) -> RedisError {
        RedisError(code, text, mayHaveRun: mayHaveRun, server: server)
    }
}
