package import Hiredis

/// A node of a cluster, as one of its nodes sees it: a line of `CLUSTER NODES`.
package struct ClusterNode: Sendable, Equatable {
    package enum Role: Sendable, Hashable {
        case primary
        /// Of the primary with this identifier.
        case replica(of: String)
    }

    package let id: String
    /// Where it is for everybody, without user and password.
    package internal(set) var address: RedisAddress
    package let role: Role
    /// Such as `myself`, `fail` and `handshake`.
    package let flags: Set<String>
    /// Of its claim to its slots: of two that claim a slot the one with the higher epoch is believed.
    let epoch: Int
    /// Whether whoever says all this has a connection to it.
    package let isConnected: Bool
    /// Those that it serves, if it is a primary.
    package let slots: SlotRanges
    /// Nil while it does not run.
    package internal(set) var processIdentifier: Int32?

    package var isPrimary: Bool { role == .primary }

    /// Its role and its slots, for errors.
    var place: String {
        switch role {
        case .primary: "the primary of \(slots.isEmpty ? "no slots" : slots.description) since epoch \(epoch)"
        case .replica(let primary): "a replica of \(primary)"
        }
    }

    /// Reads the answer to `CLUSTER NODES`; nil if it is something else.
    package static func all(in text: String) -> [ClusterNode]? {
        let lines = text.split(whereSeparator: \.isNewline)
        let nodes = lines.compactMap { ClusterNode(line: $0) }
        return nodes.count == lines.count ? nodes : nil
    }

    /// Reads a line; nil if it is something else.
    private init?(line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 8, words[0].count == 40 else { return nil }
        // 127.0.0.1:7000@17000, and from Redis 7 on perhaps a name and more behind a comma.
        let place = words[1].prefix { $0 != "," && $0 != "@" }
        guard let colon = place.lastIndex(of: ":"), let port = Int(place[place.index(after: colon)...]),
            let epoch = Int(words[6])
        else { return nil }
        id = String(words[0])
        address = RedisAddress(endpoint: .tcp(host: String(place[..<colon]), port: port))
        flags = Set(words[2].split(separator: ",").map(String.init))
        role = flags.contains("slave") ? .replica(of: String(words[3])) : .primary
        self.epoch = epoch
        isConnected = words[7] == "connected"
        // A slot on its way to or from another node stands in brackets, beside its place in the list.
        guard let slots = SlotRanges(words[8...].filter { !$0.hasPrefix("[") }.joined(separator: " ")) else {
            return nil
        }
        self.slots = slots
    }
}
