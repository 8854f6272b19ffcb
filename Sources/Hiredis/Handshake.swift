/// What is said on a new connection before anything else: who we are, which database, our scripts, and our questions.
struct Handshake: Sendable {
    /// A connection that is ready, and what people should know of its server.
    struct Outcome: Sendable {
        let connection: Connection
        let warnings: [String]
    }

    let address: RedisAddress
    let options: ConnectionOptions

    /// Connects and introduces itself; blocks until done, at most as long as connecting may take.
    func perform() throws(RedisError) -> Outcome {
        let deadline = ContinuousClock.now + options.connectTimeout
        let credentials = try options.credentials?() ?? address.credentials
        let connection = try Connection.connecting(to: address, options: options, before: deadline)
        try greet(connection, as: credentials, before: deadline)

        var commands: [(command: Command, isWhole: Bool)] = []
        if address.database != 0 { commands.append((Command("SELECT", String(address.database)), false)) }
        for script in options.scripts {
            var command = Command("SCRIPT", "LOAD")
            command.append(script.source)
            commands.append((command, false))
        }
        let preparations = commands.count
        commands += options.checks.map { ($0.command, $0.isWhole) }
        let replies = try connection.ask(commands, before: deadline)
        for reply in replies.prefix(preparations) { try require(reply) }
        var warnings: [String] = []
        if address.isEncrypted, options.tls.isInsecure { warnings.append(Self.insecure) }
        for (check, reply) in zip(options.checks, replies.dropFirst(preparations)) {
            switch check.judge(reply) {
            case .fine: break
            case .warning(let text): warnings.append(text)
            case .obstacle(let error): throw error
            }
        }
        return Outcome(connection: connection, warnings: warnings)
    }

    private static let insecure = "TLS is insecure: the server's certificate is not verified"

    /// Says who we are, and hears who the server is.
    private func greet(
        _ connection: Connection,
        as credentials: ServerCredentials?,
        before deadline: ContinuousClock.Instant
    ) throws(RedisError) {
        var hello = Command("HELLO", "2")
        if let credentials {
            hello.append("AUTH")
            hello.append(credentials.user ?? "default")
            hello.append(credentials.password.bytes)
        }
        hello.append("SETNAME")
        hello.append(options.clientName)
        let reply = try firstReply(to: hello, on: connection, before: deadline)
        if let identity = ServerIdentity(reply) {
            if let objection = identity.objection(needsPrimary: options.needsPrimary) { throw objection }
        } else if case .error(let error) = reply, error.message.hasPrefix("ERR unknown command") {
            // A proxy that does not know it, or a server that is too old, of which the first script will tell.
            guard let credentials else { return }
            var command = Command("AUTH")
            if let user = credentials.user { command.append(user) }
            command.append(credentials.password.bytes)
            for reply in try connection.ask([(command, false)], before: deadline) { try requireWelcome(reply) }
        } else {
            try requireWelcome(reply)
        }
    }

    private func firstReply(
        to command: Command,
        on connection: Connection,
        before deadline: ContinuousClock.Instant
    ) throws(RedisError) -> Reply {
        do throws(RedisError) {
            return try connection.ask([(command, false)], before: deadline).first ?? .null
        } catch {
            guard error.code == .connectionLost, !address.isEncrypted, case .tcp = address.endpoint else { throw error }
            throw RedisError(
                error.code,
                "\(error.message) before it had said anything; does this port want rediss:// (TLS)?"
            )
        }
    }

    /// Such as an error that repeats the command, which holds the password, is not handed on.
    private func requireWelcome(_ reply: Reply) throws(RedisError) {
        guard case .error(let error) = reply, !error.isHarmless else { return try require(reply) }
        let kind = ServerError(message: error.code)
        throw RedisError(
            .refused,
            "the server does not let us in, and says why in a way that is kept to itself",
            server: kind
        )
    }

    private func require(_ reply: Reply) throws(RedisError) {
        if case .error(let error) = reply { throw RedisError(error).advised }
    }
}
