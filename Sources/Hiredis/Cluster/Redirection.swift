/// What a server of a cluster says instead of running a command whose slot it does not have: the command has done nothing.
///
/// Source: the Redis Cluster specification, "Redirection and resharding".
package enum Redirection: Sendable, Equatable {
    /// The slot is another server's: `MOVED 3999 127.0.0.1:6381`.
    case moved(HashSlot, RedisAddress)
    /// The slot is on its way to another server, and these keys are there already: `ASK 3999 127.0.0.1:6381`.
    case ask(RedisAddress)
    /// The slot is on its way, and some of these keys are here and some there, or do not exist: then nobody answers for
    /// several keys at once until the slot has arrived.
    case tryAgain

    /// Nil if the error is none of them, or one that cannot be read.
    package init?(_ error: ServerError, from server: RedisAddress) {
        let words = error.message.split(separator: " ")
        switch words.first {
        case "TRYAGAIN": self = .tryAgain
        case "MOVED", "ASK":
            // An IPv6 address has colons of its own, so the last one is the port's.
            guard words.count >= 3, let slot = Int(words[1]), (0..<HashSlot.count).contains(slot),
                let colon = words[2].lastIndex(of: ":"), let port = Int(words[2][words[2].index(after: colon)...]),
                let address = server.peer(host: String(words[2][..<colon]), port: port)
            else { return nil }
            self = words[0] == "MOVED" ? .moved(HashSlot(number: slot), address) : .ask(address)
        default: return nil
        }
    }
}
