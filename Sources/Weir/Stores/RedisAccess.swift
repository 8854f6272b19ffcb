internal import Hiredis
internal import Logging

/// Redis as a configuration has it, and its answers or errors in the terms of Weir.
struct RedisAccess<Server: ClusterServer>: Sendable {
    let deployment: RedisDeployment<Server>
    /// How long a call may take.
    let deadline: Duration
    /// Who is said in audit trails to have done what is done.
    let name: String

    /// Connects when there is something to ask.
    ///
    /// - Parameters:
    ///   - url: where Redis is.
    ///   - configuration: how to talk to it.
    ///   - scripts: loaded at connect; without any, it is for commands that wait on the server.
    ///   - commands: what is sent beside scripts, in lower case.
    ///   - patience: by how much an answer may come later than usual, for commands that wait on the server.
    ///   - makeServer: makes what is to be had for a server.
    /// - Throws: ``WeirError`` if the address makes no sense or the system has no thread left.
    init(
        url: String,
        configuration: RateLimiter.Configuration,
        scripts: [Script] = [],
        commands: [String] = [],
        patience: Duration = .zero,
        makeServer: @escaping @Sendable (ServerPlace) throws(RedisError) -> Server
    ) throws(WeirError) {
        let location = try RedisLocation(url: url, for: configuration)
        var general = ConnectionOptions(configuration, tls: configuration.tls, credentials: configuration.credentials)
        general.scripts = scripts
        general.stallLimit += patience
        // One at a time where commands wait on the server: the next one's time begins when it is sent.
        if patience > .zero { general.depth = 1 }
        let options = general
        let logger = configuration.logger
        let prefix = configuration.keyPrefix
        deadline = configuration.deadline
        name = configuration.clientName

        @Sendable func checks(_ tag: String) -> [ConnectionCheck] {
            let key = "\(prefix):{\(tag)}/rights"
            if scripts.isEmpty { return ConnectionCheck.waiting(key: key) }
            return ConnectionCheck.rights(of: scripts, commands, key: key) + [.eviction]
        }
        @Sendable func server(_ locator: any ServerLocator) throws(RedisError) -> Server {
            var options = options
            options.checks = { checks("rights") }
            options.acceptsCluster = false
            return try makeServer(
                ServerPlace(locator: locator, options: options, logger: logger, isOfCluster: false)
            )
        }
        do throws(RedisError) {
            switch location {
            case .server(let address): deployment = .single(try server(address))
            case .sentinels(let sentinels):
                deployment = .single(try server(SentinelLocator(sentinels, for: configuration)))
            case .cluster(let seeds):
                let cluster = ClusterClient(
                    seeds: seeds,
                    options: options,
                    capacity: configuration.queueLimit,
                    logger: logger
                ) {
                    address,
                    options,
                    hasSlot throws(RedisError) in
                    var options = options
                    // Asked first: what follows clears what it has set.
                    options.checks = { [.redirections] + checks(HashSlot.tag("rights", where: hasSlot)) }
                    return try makeServer(
                        ServerPlace(locator: address, options: options, logger: logger, isOfCluster: true)
                    )
                }
                deployment = .cluster(cluster)
            }
        } catch {
            throw WeirError(error)
        }
    }

    /// Connects now, and says why that cannot be done.
    func connect() async throws(WeirError) {
        do throws(RedisError) { try await deployment.connect() } catch { throw WeirError(error) }
    }

    /// Sends a command and reads its answer; `patience` is what the server may wait on top of the deadline.
    func answer<Answer>(
        to command: Command,
        patience: Duration = .zero,
        _ read: (Reply) -> Answer?
    ) async throws(WeirError) -> Answer {
        let reply: Reply
        do throws(RedisError) {
            let deadline = ContinuousClock.now + deadline + patience
            reply = try await deployment.answer(in: HashSlot(of: command.key ?? []), before: deadline) {
                server,
                isAsking throws(RedisError) in
                try await server.client.reply(to: command, before: deadline, isAsking: isAsking)
            }
        } catch {
            guard error.server?.code != "WRONGTYPE" else {
                throw WeirError(.unreadableQuota, "a key holds something that is not of Weir: \(error.message)")
            }
            throw WeirError(error)
        }
        guard let answer = read(reply) else {
            throw .strangeReply(mayHaveCounted: true)
        }
        return answer
    }

    /// Sends a command without keys to the server that has those of another, after asking it whether it has them.
    func answer<Answer>(
        to command: Command,
        after change: Command,
        patience: Duration,
        _ read: (Reply) -> Answer?
    ) async throws(WeirError) -> Answer? {
        let key = change.key ?? []
        var question = Command("EXISTS")
        question.append(key: key)
        do throws(RedisError) {
            let deadline = ContinuousClock.now + deadline + patience
            let reply = try await deployment.answer(in: HashSlot(of: key), before: deadline) {
                [question] server, isAsking throws(RedisError) in
                _ = try await server.client.reply(to: question, before: deadline, isAsking: isAsking)
                return try await server.client.reply(to: command, before: deadline)
            }
            return read(reply)
        } catch {
            throw WeirError(error)
        }
    }

    /// Sends a command to every server and reads the answers.
    func answers<Answer>(to command: Command, _ read: (Reply) -> Answer?) async throws(WeirError) -> [Answer] {
        let replies: [Reply]
        do throws(RedisError) {
            replies = try await deployment.answers { [deadline] server throws(RedisError) in
                let reply = try await server.client.reply(to: command, before: .now + deadline)
                if case .error(let error) = reply { throw RedisError(error).advised }
                return reply
            }
        } catch {
            throw WeirError(error)
        }
        let answers = replies.compactMap(read)
        guard answers.count == replies.count else { throw .strangeReply(mayHaveCounted: false) }
        return answers
    }

    /// The fields of a hash.
    func fields(of key: [UInt8]) async throws(WeirError) -> [String: [UInt8]] {
        var command = Command("HGETALL")
        command.append(key: key)
        return try await answer(to: command) { reply in
            switch reply {
            case .integers(let numbers): numbers.isEmpty ? [:] : nil
            case .array(let parts):
                stride(from: 0, to: parts.count - 1, by: 2).reduce(into: [:]) { fields, place in
                    guard let name = parts[place].string, case .text(let value) = parts[place + 1] else { return }
                    fields[name] = value
                }
            default: nil
            }
        }
    }
}

extension WeirError {
    fileprivate static func strangeReply(mayHaveCounted: Bool) -> WeirError {
        WeirError(
            .protocolViolation,
            "Redis answered something that is not an answer to what was asked",
            mayHaveCounted: mayHaveCounted
        )
    }
}
