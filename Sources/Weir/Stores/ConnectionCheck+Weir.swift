internal import Hiredis
internal import LuaScripts

/// What Weir asks of each new connection: whether it may do all that it will do, and whether the server keeps what it has.
extension ConnectionCheck {
    /// Whether the user may call these scripts, all that they call, and the commands that are sent beside them.
    ///
    /// Asked with the source and with the digest, for each takes a right of its own.
    static func rights(of scripts: [Script], _ commands: [String], prefix: String) -> [ConnectionCheck] {
        let called = scripts.flatMap { script in
            String(decoding: script.source, as: UTF8.self).matches(of: /call\('([A-Z]+)'/).map { $0.1.lowercased() }
        }
        var question = Command(calling: Script(source: Scripts.rights))
        question.append(1)
        question.append("\(prefix):{rights}/rights")
        for command in Set(called + commands).sorted() { question.append(command) }
        return [true, false].map { isWhole in ConnectionCheck(question, isWhole: isWhole, judge: missingRights) }
    }

    /// Whether the user may ask what replicas have.
    static let waiting = [Command("PING"), Command("WAIT", "0", "1")].map { command in
        ConnectionCheck(command) { reply in
            if case .error(let error) = reply { .obstacle(RedisError(error).advised) } else { .fine }
        }
    }

    /// Whether a full server forgets counts; who may not ask is not told.
    static let eviction = ConnectionCheck(Command("CONFIG", "GET", "maxmemory-policy")) { reply in
        guard case .array(let parts) = reply, parts.count == 2, let policy = parts[1].string, policy != "noeviction" else {
            return .fine
        }
        return .warning("maxmemory-policy is \(policy): a full Redis forgets counts, which begin at zero; set noeviction")
    }

    /// Says of each connection that nobody knows with whom it is.
    static let insecure = ConnectionCheck(Command("PING")) { _ in
        .warning("TLS is insecure: the server's certificate is not verified; set tls.isInsecure to false")
    }

    private static func missingRights(_ reply: Reply) -> Finding {
        switch reply {
        case .error(let error): .obstacle(RedisError(error).advised)
        case .array(let missing): .obstacle(missingRights(missing.compactMap(\.string)))
        // An empty array has nothing but integers.
        default: .fine
        }
    }

    private static func missingRights(_ rights: [String]) -> RedisError {
        let text =
            rights == ["~"]
            ? "the user has no right to the keys: add them to its ACL, such as ~weir:*"
            : "the user has not all rights that Weir needs: add \(rights.joined(separator: " ")) to its ACL"
        return RedisError(ServerError(message: "NOPERM \(text)")).saying(text)
    }
}
