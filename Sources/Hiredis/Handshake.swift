/// What is said on a new connection before anything else: who we are, which database, our scripts, and our questions.
struct Handshake: Sendable {
    /// A connection that is ready, where it leads to, and what people should know of its server.
    struct Outcome: Sendable {
        let connection: Connection
        let address: RedisAddress
        let warnings: [String]
    }

    let locator: any ServerLocator
    let options: ConnectionOptions

    /// Finds the server, connects and introduces itself; blocks until done, at most as long as connecting may take.
    func perform() throws(RedisError) -> Outcome {
        let deadline = ContinuousClock.now + options.connectTimeout
        let credentials = try options.credentials?()
        let address = try locator.locate(before: deadline)
        do throws(RedisError) {
            let connection = try Connection.connecting(to: address, options: options, before: deadline)
            let greeting = Greeting(credentials: credentials ?? address.credentials, clientName: options.clientName)
            let identity = try greeting.exchange(with: address, on: connection, before: deadline)
            if let objection = identity?.objection(
                adviceOnReplica: options.needsPrimary ? locator.adviceOnReplica : nil,
                acceptsSentinel: options.acceptsSentinel,
                acceptsCluster: options.acceptsCluster
            ) {
                throw objection
            }
            var warnings = try prepare(connection, for: address, before: deadline)
            if address.isEncrypted, options.tls.isInsecure { warnings.insert(Self.insecure, at: 0) }
            return Outcome(connection: connection, address: address, warnings: warnings)
        } catch {
            throw locator.failed(at: address, because: error)
        }
    }

    private static let insecure = "TLS is insecure: the server's certificate is not verified"

    /// Chooses the database, loads the scripts and asks the questions.
    ///
    /// - Parameters:
    ///   - connection: one on which we have been let in.
    ///   - address: where it leads to.
    ///   - deadline: when all has to be answered.
    /// - Returns: what people should know.
    /// - Throws: ``RedisError`` if the connection is of no use.
    private func prepare(
        _ connection: Connection,
        for address: RedisAddress,
        before deadline: ContinuousClock.Instant
    ) throws(RedisError) -> [String] {
        var commands: [(command: Command, isWhole: Bool)] = []
        if address.database != 0 { commands.append((Command("SELECT", String(address.database)), false)) }
        for script in options.scripts {
            var command = Command("SCRIPT", "LOAD")
            command.append(script.source)
            commands.append((command, false))
        }
        let preparations = commands.count
        let checks = options.checks()
        commands += checks.map { ($0.command, $0.isWhole) }
        let replies = try connection.ask(commands, before: deadline)
        for reply in replies.prefix(preparations) {
            if case .error(let error) = reply { throw RedisError(error).advised }
        }
        var warnings: [String] = []
        for (check, reply) in zip(checks, replies.dropFirst(preparations)) {
            switch check.judge(reply) {
            case .fine: break
            case .warning(let text): warnings.append(text)
            case .obstacle(let error): throw error
            }
        }
        return warnings
    }
}
