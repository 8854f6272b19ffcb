internal import Hiredis

/// What one node says of its cluster.
struct ClusterView: Sendable, Equatable {
    /// Its answer to `CLUSTER NODES`.
    let text: String
    let nodes: [ClusterNode]
    /// Whether it serves keys: `cluster_state:ok`.
    let isServing: Bool

    /// Reads the answers to `CLUSTER NODES` and `CLUSTER INFO`; nil if they are something else.
    init?(nodes text: String, info: String) {
        guard let nodes = ClusterNode.all(in: text) else { return nil }
        self.text = text
        self.nodes = nodes
        isServing = info.split(whereSeparator: \.isNewline).contains("cluster_state:ok")
        guard myself != nil else { return nil }
    }

    /// The node that says all this.
    var myself: ClusterNode? { nodes.first { $0.flags.contains("myself") } }

    subscript(id: String) -> ClusterNode? { nodes.first { $0.id == id } }
}

extension [ClusterView] {
    /// What keeps the nodes from being of one mind; nil if they are, and all that live serve keys.
    ///
    /// - Parameters:
    ///   - members: the identifiers of all nodes, also of those that do not run.
    ///   - living: the identifiers of those that run, whose views these are.
    /// - Returns: the first thing that is in the way.
    func objection(members: Set<String>, living: Set<String>) -> String? {
        guard let first else { return nil }
        for view in self {
            let name = view.myself?.address.description ?? "?"
            if Set(view.nodes.map(\.id)) != members || view.nodes.contains(where: { $0.flags.contains("handshake") }) {
                return "\(name) knows \(view.nodes.count) nodes, some of them perhaps not by name, of \(members.count)"
            }
            for node in view.nodes where living.contains(node.id) {
                if !node.isConnected || node.flags.contains("fail") || node.flags.contains("fail?") {
                    return "\(name) has no connection to \(node.address)"
                }
                guard let other = first[node.id], other.role == node.role, other.slots == node.slots else {
                    let known = [node, first[node.id]].map { $0?.place ?? "nothing" }
                    return "for \(name), \(node.address) is \(known[0]); for the first node, \(known[1])"
                }
            }
            if !view.isServing { return "\(name) says that the cluster is down" }
        }
        return nil
    }

    /// The primaries whose slots another node does not know to be theirs, though no other primary claims one of them.
    ///
    /// If one does, it may be the newer one: whoever was killed comes back with its old claim.
    var disbelieved: [String] {
        let primaries = compactMap(\.myself).filter { $0.isPrimary && !$0.slots.isEmpty }
        return primaries.filter { primary in
            contains { $0[primary.id]?.slots != primary.slots }
                && !primaries.contains { $0.id != primary.id && $0.slots.overlaps(primary.slots) }
        }.map(\.id)
    }
}
