/// What is said first on a new connection: who we are; and what is heard: who the server is.
struct Greeting: Sendable {
    let credentials: ServerCredentials?
    /// What `CLIENT LIST` shows.
    let clientName: String

    /// Introduces us; blocks until that is done.
    ///
    /// - Parameters:
    ///   - address: whom the connection leads to.
    ///   - connection: a new one.
    ///   - deadline: when it has to be done.
    /// - Returns: what the server says of itself; nil if it does not know the question, as a proxy or an old server.
    /// - Throws: ``RedisError`` if we are not let in.
    func exchange(
        with address: RedisAddress,
        on connection: Connection,
        before deadline: ContinuousClock.Instant
    ) throws(RedisError) -> ServerIdentity? {
        let reply = try firstReply(of: address, on: connection, before: deadline)
        if let identity = ServerIdentity(reply) { return identity }
        if case .error(let error) = reply, error.message.hasPrefix("ERR unknown command") {
            // A proxy that does not know it, or a server that is too old, of which the first script will tell.
            guard let credentials else { return nil }
            var command = Command("AUTH")
            if let user = credentials.user { command.append(user) }
            command.append(credentials.password.bytes)
            for reply in try connection.ask([(command, false)], before: deadline) { try requireWelcome(reply) }
        } else {
            try requireWelcome(reply)
        }
        return nil
    }

    private var hello: Command {
        var hello = Command("HELLO", "2")
        if let credentials {
            hello.append("AUTH")
            hello.append(credentials.user ?? "default")
            hello.append(credentials.password.bytes)
        }
        hello.append("SETNAME")
        hello.append(clientName)
        return hello
    }

    private func firstReply(
        of address: RedisAddress,
        on connection: Connection,
        before deadline: ContinuousClock.Instant
    ) throws(RedisError) -> Reply {
        do throws(RedisError) {
            return try connection.ask([(hello, false)], before: deadline).first ?? .null
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
        guard case .error(let error) = reply else { return }
        if error.isHarmless { throw RedisError(error).advised }
        let kind = ServerError(message: error.code)
        throw RedisError(
            .refused,
            "the server does not let us in, and says why in a way that is kept to itself",
            server: kind
        )
    }
}
