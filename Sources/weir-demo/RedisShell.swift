/// How redis-cli reaches the Redis of an address, for people to type.
struct RedisShell {
    /// What a line begins with.
    let command: String

    init(url: String) {
        let scheme = url.prefix { $0 != ":" }
        let rest = url.dropFirst(scheme.count + "://".count)
        let encryption = scheme.hasPrefix("rediss") ? "rediss" : "redis"
        let place = rest.split(separator: "?")[0]
        let credentials = place.lastIndex(of: "@").map { place[...$0] } ?? ""
        let hosts = place.dropFirst(credentials.count).split(separator: "/")
        let first = hosts[0].split(separator: ",")[0]
        if scheme == "unix" {
            command = "redis-cli -s \(rest)"
        } else if scheme.hasSuffix("+cluster") {
            command = "redis-cli -c -u '\(encryption)://\(credentials)\(first)'"
        } else if scheme.hasSuffix("+sentinel") {
            let question = "redis-cli -u redis://\(first) SENTINEL GET-MASTER-ADDR-BY-NAME \(hosts.last ?? "")"
            command = "redis-cli -u \"\(encryption)://\(credentials)$(\(question) | paste -sd:)\""
        } else {
            command = "redis-cli -u '\(url)'"
        }
    }
}
