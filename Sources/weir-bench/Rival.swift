import Hiredis

/// An algorithm that people write today, as one call of a script for each decision.
struct Rival: Sendable {
    let name: String
    let source: String
    /// Whether it keeps a second counter beside the first.
    var hasTwoKeys = false
    /// Whether it needs a member that nobody else uses.
    var hasMember = false

    static let all = [
        Rival(name: "fixed-window", source: text(PackageResources.fixed_window_lua)),
        Rival(name: "two-bucket", source: text(PackageResources.two_bucket_lua), hasTwoKeys: true),
        Rival(name: "gcra", source: text(PackageResources.gcra_lua)),
        Rival(name: "sorted-set-log", source: text(PackageResources.sorted_set_log_lua), hasMember: true),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// One decision, a hundred a minute unless they are others; `number` is one that no other decision has.
    func call(
        _ digest: String,
        _ number: Int,
        key: String,
        limit: Int = 100,
        milliseconds: Int = 60_000
    ) -> PlainCommand {
        var command = PlainCommand("EVALSHA", digest, hasTwoKeys ? "2" : "1", key)
        if hasTwoKeys { command.append(key + ":previous") }
        command.append(limit)
        command.append(milliseconds)
        if hasMember { command.append("\(number)") }
        return command
    }
}
