/// Which server of a cluster has which slots, as one of its servers sees it.
package struct SlotMap: Sendable, Equatable {
    /// The servers that have slots, each once.
    package private(set) var primaries: [RedisAddress] = []
    /// The servers that have copies, each once.
    package private(set) var replicas: [RedisAddress] = []
    /// Whether a server has slots and does not know its own name.
    private var hasNamelessPrimary = false
    /// For each slot, the place of its server among `primaries`; negative if no server has it.
    private var places = [Int16](repeating: -1, count: HashSlot.count)

    /// The answer to `CLUSTER SLOTS`; nil if the reply is none.
    ///
    /// - Parameters:
    ///   - reply: for each range its first and last slot, then its servers, each with host and port: the primary first.
    ///   - server: who has answered. User, password and TLS are the same for all servers of a cluster; and a server that
    ///     does not say its own name means the one under which it was asked.
    package init?(_ reply: Reply, from server: RedisAddress) {
        switch reply {
        case .integers(let numbers) where numbers.isEmpty: return
        case .array(let ranges):
            for range in ranges {
                guard add(range, from: server) else { return nil }
            }
        default: return nil
        }
    }

    private mutating func add(_ range: Reply, from server: RedisAddress) -> Bool {
        guard case .array(let parts) = range, parts.count >= 3, case .integer(let first) = parts[0],
            case .integer(let last) = parts[1], first <= last, first >= 0, last < HashSlot.count
        else { return false }
        for (index, part) in parts.dropFirst(2).enumerated() {
            guard let address = Self.address(part, from: server) else {
                // A replica whose name is not known yet is none to ask; without its primary a range is without a server.
                if index == 0 { hasNamelessPrimary = true }
                continue
            }
            if index == 0 {
                let place = primaries.firstIndex(of: address) ?? primaries.endIndex
                if place == primaries.endIndex { primaries.append(address) }
                for slot in first...last { places[slot] = Int16(place) }
            } else if !replicas.contains(address) {
                replicas.append(address)
            }
        }
        return true
    }

    private static func address(_ part: Reply, from server: RedisAddress) -> RedisAddress? {
        guard case .array(let fields) = part, fields.count >= 2, case .integer(let port) = fields[1] else { return nil }
        return server.peer(host: fields[0].string ?? "", port: port)
    }

    /// The server that has a slot; nil if none has.
    package subscript(slot: HashSlot) -> RedisAddress? {
        let place = places[slot.number]
        return place < 0 ? nil : primaries[Int(place)]
    }

    /// A slot is found to be elsewhere.
    package mutating func move(_ slot: HashSlot, to address: RedisAddress) {
        let place = primaries.firstIndex(of: address) ?? primaries.endIndex
        if place == primaries.endIndex { primaries.append(address) }
        places[slot.number] = Int16(place)
    }

    /// What to do about slots without a server.
    package var adviceOnUncovered: String {
        hasNamelessPrimary
            ? "servers do not tell their names: set cluster-announce-hostname, or cluster-preferred-endpoint-type ip"
            : "see redis-cli --cluster check"
    }

    /// The slots that no server has.
    package var uncovered: [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        for slot in places.indices where places[slot] < 0 {
            if let last = ranges.last, last.upperBound == slot - 1 {
                ranges[ranges.count - 1] = last.lowerBound...slot
            } else {
                ranges.append(slot...slot)
            }
        }
        return ranges
    }
}

extension RedisAddress {
    /// Another server of the same cluster; nil if what is said of it is no address.
    ///
    /// An empty host means this one's, `?` that the server does not know its name.
    func peer(host: String, port: Int) -> RedisAddress? {
        guard case .tcp(let own, let ownPort) = endpoint, host != "?", (0...65_535).contains(port) else { return nil }
        var peer = self
        peer.endpoint = .tcp(host: host.isEmpty ? own : host, port: port == 0 ? ownPort : port)
        return peer
    }
}
