internal import Foundation

extension NetworkNamespace {
    /// The addresses of both ends of a link.
    struct Network {
        let here: String
        let there: String
    }

    /// - Throws: what is missing, and what to do about it.
    static func requireWhatItTakes() throws {
        for (program, package) in [("ip", "iproute2"), ("nsenter", "util-linux")] {
            guard (try? Program.run([program, "-V"])) == nil else { continue }
            throw Failure(description: "a network namespace needs the program \(program): install \(package)")
        }
        guard geteuid() == 0 else { throw Failure(description: "a network namespace needs root: run this as root") }
    }

    /// Makes a namespace with a name that no other has; returns the name.
    static func made() throws -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        var attempts = 0
        while true {
            // At most the 15 characters that a link's name may have.
            let suffix = String((0..<2).map { _ in letters.randomElement() ?? "a" })
            let name = "weir-\(ProcessInfo.processInfo.processIdentifier)-\(suffix)"
            do {
                try Program.run(["ip", "netns", "add", name])
                return name
            } catch {
                attempts += 1
                guard attempts < 10, "\(error)".contains("File exists") else { throw explained(error) }
            }
        }
    }

    /// Root in a container may not do what root may.
    private static func explained(_ error: any Error) -> Failure {
        Failure(
            description: "a network namespace needs CAP_NET_ADMIN and CAP_SYS_ADMIN, which not every root has: \(error)"
        )
    }

    /// Four addresses that this machine knows no way to.
    static func freeNetwork() throws -> Network {
        for _ in 0..<100 {
            let (second, third, fourth) = (Int.random(in: 0...255), Int.random(in: 0...255), Int.random(in: 0...63) * 4)
            let start = "10.\(second).\(third)."
            let range = "\(start)\(fourth)/30"
            // The routes that it is a part of, and those that are a part of it.
            let routes = try ["match", "root"].flatMap {
                try Program.run(["ip", "-4", "route", "show", "to", $0, range]).split(separator: "\n")
            }
            if routes.allSatisfy({ $0.hasPrefix("default ") }) {
                return Network(here: "\(start)\(fourth + 1)", there: "\(start)\(fourth + 2)")
            }
        }
        throw Failure(description: "a network namespace needs free addresses in 10.0.0.0/8, and all seem to be in use")
    }

    /// Makes the link.
    func connect(_ network: Network) throws {
        do { try makeLink(network) } catch { throw Self.explained(error) }
    }

    private func makeLink(_ network: Network) throws {
        let far = "02" + (0..<5).map { _ in String(format: ":%02x", Int.random(in: 0...255)) }.joined()
        let peer = ["peer", "name", Self.innerEnd, "address", far, "netns", name]
        try Program.run(["ip", "link", "add", name, "type", "veth"] + peer)
        try Program.run(["ip", "address", "add", "\(network.here)/30", "dev", name])
        try Program.run(["ip", "link", "set", name, "up"])
        // Nobody is asked where it is: a question without an answer would become an error.
        try Program.run(["ip", "neighbour", "replace", network.there, "lladdr", far, "dev", name, "nud", "permanent"])
        try Program.run(command + ["ip", "address", "add", "\(network.there)/30", "dev", Self.innerEnd])
        try Program.run(command + ["ip", "link", "set", "lo", "up"])
        try linkUp()
    }
}
