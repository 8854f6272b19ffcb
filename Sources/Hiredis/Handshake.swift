/// What is said on a new connection before anything else: who we are, which database, and our scripts.
struct Handshake: Sendable {
    let address: RedisAddress
    let options: ConnectionOptions

    /// Connects and introduces itself; blocks until done, and the connection blocks no more.
    func perform() throws(RedisError) -> Connection {
        let connection = try connect()
        connection.becomeNonBlocking()
        return connection
    }

    /// Connects and introduces itself; blocks until done, and so does the connection.
    func connect() throws(RedisError) -> Connection {
        let connection = try Connection.connecting(to: address.endpoint, timeout: options.connectTimeout)
        if let password = address.password {
            var command = Command("AUTH")
            if let user = address.user { command.append(user) }
            command.append(password.bytes)
            try require(connection.ask(command))
        }
        if address.database != 0 { try require(connection.ask(Command("SELECT", String(address.database)))) }
        // A name is for people: who lacks the right to one, or a proxy that knows none, is served without.
        _ = try connection.ask(Command("CLIENT", "SETNAME", options.clientName))
        for script in options.scripts {
            var command = Command("SCRIPT", "LOAD")
            command.append(script.source)
            // Without the right to load, scripts go out whole.
            try require(connection.ask(command), except: "NOPERM")
        }
        return connection
    }

    private func require(_ reply: Reply, except tolerated: String? = nil) throws(RedisError) {
        if case .error(let error) = reply, error.code != tolerated { throw RedisError(error) }
    }
}
