/// What is said on a new connection before anything else: who we are, which database, and our scripts.
struct Handshake: Sendable {
    let address: RedisAddress
    let options: ConnectionOptions

    /// Connects and introduces itself; blocks until done.
    func perform() throws(RedisError) -> Connection {
        let connection = try Connection.connecting(to: address.endpoint, timeout: options.connectTimeout)
        if let password = address.password {
            var command = Command("AUTH")
            if let user = address.user { command.append(user) }
            command.append(password.bytes)
            try require(connection.ask(command))
        }
        if address.database != 0 { try require(connection.ask(Command("SELECT", String(address.database)))) }
        try allowRefusal(connection.ask(Command("CLIENT", "SETNAME", options.clientName)))
        for script in options.scripts {
            var command = Command("SCRIPT", "LOAD")
            command.append(script.source)
            try allowRefusal(connection.ask(command))
        }
        connection.becomeNonBlocking()
        return connection
    }

    private func require(_ reply: Reply) throws(RedisError) {
        if case .error(let error) = reply { throw RedisError(error) }
    }

    /// A user whose rights lack a convenience is still served: a name is for people, and an unloaded script goes out whole.
    private func allowRefusal(_ reply: Reply) throws(RedisError) {
        if case .error(let error) = reply, error.code != "NOPERM" { throw RedisError(error) }
    }
}
