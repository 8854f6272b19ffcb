internal import Hiredis
internal import LuaScripts

/// What Weir asks of each new connection: whether it may do all that it will do, and whether the server keeps what it has.
extension ConnectionCheck {
    /// Whether the user may call these scripts, all that they call, and the commands that are sent beside them.
    ///
    /// Asked with the source and with the digest, for each takes a right of its own; about `key`, which is nobody's.
    static func rights(of scripts: [Script], _ commands: [String], key: String) -> [ConnectionCheck] {
        let called = scripts.flatMap { script in
            String(decoding: script.source, as: UTF8.self).matches(of: /call\('([A-Z]+)'/).map { $0.1.lowercased() }
        }
        var question = Command(calling: Script(source: Scripts.rights))
        question.append(1)
        question.append(key)
        for command in Set(called + commands).sorted() { question.append(command) }
        return [true, false].map { isWhole in
            ConnectionCheck(question, isWhole: isWhole) { missingRights($0, keys: "~\(key.prefix { $0 != ":" }):*") }
        }
    }

    /// Whether the user may ask a server of a cluster for what is only on its way there; asked in vain, it does nothing.
    static let redirections = ConnectionCheck(Command("ASKING")) { reply in
        if case .error(let error) = reply { .obstacle(RedisError(error).advised) } else { .fine }
    }

    /// Whether the user may ask what replicas have.
    ///
    /// About `key`, which is nobody's.
    static func waiting(key: String) -> [ConnectionCheck] {
        [Command("EXISTS", key), Command("WAIT", "0", "1")].map { command in
            ConnectionCheck(command) { reply in
                guard case .error(let error) = reply, !error.isOfCluster else { return .fine }
                return .obstacle(RedisError(error).advised)
            }
        }
    }

    /// Whether a full server forgets counts.
    static let eviction = ConnectionCheck(Command("INFO", "memory")) { reply in
        if case .error(let error) = reply { return .obstacle(RedisError(error).advised) }
        let lines = (reply.string ?? "").split(whereSeparator: \.isNewline)
        let policy = lines.first { $0.hasPrefix("maxmemory_policy:") }?.split(separator: ":").last ?? "noeviction"
        if policy == "noeviction" { return .fine }
        return .warning(
            "maxmemory-policy is \(policy): a full Redis forgets counts, which begin at zero; set noeviction"
        )
    }

    private static func missingRights(_ reply: Reply, keys: String) -> Finding {
        switch reply {
        // A slot that was the server's when the question was made has moved: so the script has not run there.
        case .error(let error) where error.isOfCluster: .fine
        case .error(let error): .obstacle(RedisError(error).advised)
        case .array(let missing): .obstacle(missingRights(missing.compactMap(\.string), keys: keys))
        // An empty array has nothing but integers.
        default: .fine
        }
    }

    private static func missingRights(_ rights: [String], keys: String) -> RedisError {
        if rights == ["old"] { return .tooOld }
        let missing = rights == ["~"] ? keys : rights.joined(separator: " ")
        let text = "the user has not all rights that Weir needs: add \(missing) to its ACL"
        return RedisError(ServerError(message: "NOPERM \(text)")).saying(text)
    }
}
