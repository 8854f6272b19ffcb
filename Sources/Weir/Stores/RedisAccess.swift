internal import Hiredis
internal import Logging

/// A connection to Redis as a configuration has it, and its answers or errors in the terms of Weir.
struct RedisAccess: Sendable {
    let client: RedisClient
    /// How long a call may take.
    let deadline: Duration

    /// Connects when there is something to ask.
    ///
    /// - Parameters:
    ///   - url: where Redis is.
    ///   - configuration: how to talk to it.
    ///   - scripts: loaded at connect; without any, it is for commands that wait on the server.
    ///   - commands: what is sent beside scripts, in lower case.
    ///   - patience: by how much an answer may come later than usual, for commands that wait on the server.
    ///   - wakeup: what `source` signals.
    ///   - source: gives commands beside the single ones.
    /// - Throws: ``WeirError`` if the address makes no sense or the system has no thread left.
    init(
        url: String,
        configuration: RateLimiter.Configuration,
        scripts: [Script] = [],
        commands: [String] = [],
        patience: Duration = .zero,
        wakeup: Wakeup? = nil,
        source: (any CommandSource)? = nil
    ) throws(WeirError) {
        let locator = try RedisLocation(url: url, for: configuration).locator(for: configuration)
        var options = ConnectionOptions()
        options.clientName = configuration.clientName
        options.connectTimeout = configuration.connectTimeout
        options.stallLimit = configuration.stallLimit + patience
        // One at a time where commands wait on the server: the next one's time begins when it is sent.
        if patience > .zero { options.depth = 1 }
        options.scripts = scripts
        options.tls = configuration.tls.options
        options.checks =
            scripts.isEmpty
            ? ConnectionCheck.waiting
            : ConnectionCheck.rights(of: scripts, commands, prefix: configuration.keyPrefix) + [.eviction]
        if let provider = configuration.credentials {
            let question = CredentialsQuestion(provider: provider, timeout: configuration.connectTimeout)
            options.credentials = { () throws(RedisError) in try question.ask() }
        }
        deadline = configuration.deadline
        do throws(RedisError) {
            let own = if let wakeup { wakeup } else { try Wakeup() }
            client = try RedisClient(
                locator: locator,
                options: options,
                logger: configuration.logger,
                wakeup: own,
                source: source
            )
        } catch {
            throw WeirError(error)
        }
    }

    /// Connects now, and says why that cannot be done.
    func connect() async throws(WeirError) {
        do throws(RedisError) { try await client.connect() } catch { throw WeirError(error) }
    }

    /// Sends a command and reads its answer; `patience` is what the server may wait on top of the deadline.
    func answer<Answer>(
        to command: Command,
        patience: Duration = .zero,
        _ read: (Reply) -> Answer?
    ) async throws(WeirError) -> Answer {
        let reply: Reply
        do throws(RedisError) {
            reply = try await client.reply(to: command, before: .now + deadline + patience)
        } catch {
            guard error.server?.code != "WRONGTYPE" else {
                throw WeirError(.unreadableQuota, "a key holds something that is not of Weir: \(error.message)")
            }
            throw WeirError(error)
        }
        guard let answer = read(reply) else {
            throw WeirError(
                .protocolViolation,
                "Redis answered something that is not an answer to what was asked",
                mayHaveCounted: true
            )
        }
        return answer
    }

    /// The fields of a hash.
    func fields(of key: [UInt8]) async throws(WeirError) -> [String: [UInt8]] {
        var command = Command("HGETALL")
        command.append(key)
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
