/// An error that the server answered instead of a result.
@usableFromInline
package struct ServerError: Error, Sendable, Equatable {
    /// The first word, such as `NOSCRIPT`; the server puts the kind of the error there.
    package let code: String
    /// The whole line.
    package let message: String

    package init(message: String) {
        self.message = message
        var code = String(message.prefix { $0 != " " })
        // Redis 6 wraps what a script's command answered: "ERR Error running script (call to f_…): … -OOM command …".
        if code == "ERR", message.contains("running script") {
            for wrapped in Self.refusals where message.contains("-" + wrapped + " ") { code = wrapped }
        }
        self.code = code
    }

    /// The kinds that Redis answers before it runs anything of a command.
    private static let refusals: Set<String> = [
        "NOSCRIPT", "LOADING", "BUSY", "OOM", "READONLY", "MASTERDOWN", "NOREPLICAS", "MISCONF", "MOVED", "ASK",
        "TRYAGAIN", "CLUSTERDOWN", "CROSSSLOT", "NOAUTH", "WRONGPASS", "NOPERM",
    ]

    /// Whether another connection may help: this server is no primary any more, or does not know us any more.
    var wantsOtherConnection: Bool {
        ["READONLY", "MASTERDOWN", "NOAUTH"].contains(code) || message.hasPrefix(Self.waitOnReplica)
    }

    private static let waitOnReplica = "ERR WAIT cannot be used with replica"

    /// Whether a server of a cluster says only that another has the slot, or none.
    package var isOfCluster: Bool { ["MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN"].contains(code) }

    /// Whether the command provably did nothing.
    ///
    /// Any other error may have left a part of a script's work behind.
    ///
    /// That holds for scripts too if they write only after all reads and checks, and write first what these errors refuse.
    package var provesNothingRan: Bool {
        Self.refusals.contains(code) || Self.refusalsWithoutCode.contains(where: message.hasPrefix)
    }

    private static let refusalsWithoutCode = ["ERR Protocol error", "ERR max number of clients", waitOnReplica]

    /// Whether the text holds nothing that was sent: other errors may repeat a command with what stood in it.
    var isHarmless: Bool { provesNothingRan }
}
