import Foundation
import Hiredis
import LocalServers
import TestSupport
import Weir

/// A cluster of three primaries, and an operator there who has the rights of `weir-operator` and no others.
struct ClusterToolbox {
    struct Node: Sendable {
        let port: Int
        let slots: SlotRanges

        func has(_ tag: some StringProtocol) -> Bool { slots.contains(HashSlot(of: Array(tag.utf8)).number) }

        /// A name with this letter in keys, such as `g` of a group, whose keys are here.
        func name(_ letter: String, _ stem: String) -> String {
            String(HashSlot.tag("\(letter)=\(stem)") { slots.contains($0.number) }.dropFirst("g=".count))
        }

        /// A token or a user whose keys are here, and how it stands in them.
        func secret(_ part: Descriptor.Part, _ stem: String) throws -> (value: String, inKeys: String) {
            let keys = KeyScheme(prefix: "weir", secret: Array("weir".utf8))
            for number in 0..<1000 {
                let value = "\(stem)-\(number)"
                let tag = String(
                    decoding: keys.name(of: part, Descriptor.Value(bytes: Array(value.utf8))),
                    as: UTF8.self
                )
                if has(tag) { return (value, tag) }
            }
            throw RedisServer.Failure(description: "no \(part) of a thousand is on the node at \(port)")
        }

        /// What `redis-cli` is told to ask this node, and with `-c` to go where it is sent.
        func place(follows: Bool) -> String { "\(follows ? "-c " : "")-p \(port) \(Toolbox.credentials)" }
    }

    let cluster: TestCluster
    /// The last one has the group `acme`.
    let nodes: [Node]

    static func start() async throws -> ClusterToolbox {
        let cluster = try await TestCluster.start()
        let nodes = try await cluster { cluster in
            try cluster.primaries().map { node in
                guard case .tcp(_, let port) = node.address.endpoint else {
                    throw RedisServer.Failure(description: "\(node.address) has no port")
                }
                return Node(port: port, slots: node.slots)
            }
        }
        return ClusterToolbox(
            cluster: cluster,
            nodes: nodes.filter { !$0.has("g=acme") } + nodes.filter { $0.has("g=acme") }
        )
    }

    /// The lines that a script prints, asked of a node; throws if it replies an error.
    func run(
        _ script: String,
        _ keys: [String],
        _ arguments: String,
        at node: Node,
        follows: Bool = true
    ) throws -> String {
        let words = node.place(follows: follows).split(separator: " ").map(String.init)
        let rest = arguments.split(separator: " ").map(String.init)
        return try Tool.run("redis-cli", ["-e"] + words + ["--eval", Toolbox.path(script)] + keys + [","] + rest)
    }

    /// All that is stored, on whatever node: a digest of each key's value.
    func everything() throws -> [String: String] {
        try nodes.reduce(into: [:]) { all, node in
            let text = try Tool.run("redis-cli", ["-p", "\(node.port)", "EVAL", Toolbox.digestSource, "0"])
            all.merge(Toolbox.digests(text)) { $1 }
        }
    }
}
