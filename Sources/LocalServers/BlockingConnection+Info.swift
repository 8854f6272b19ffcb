package import Hiredis

extension BlockingConnection {
    /// One line of `INFO`; empty if there is none of that name.
    package func info(_ section: String, _ name: String) throws(RedisError) -> String {
        let text = try reply(to: Command("INFO", section)).string ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + ":") }
        return line.map { String($0.dropFirst(name.count + 1)) } ?? ""
    }
}
