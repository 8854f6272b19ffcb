internal import Foundation
package import StressHistory

/// The faults that a run is to have, as `--faults` names them.
package struct FaultList: Sendable, Hashable {
    /// A list that makes no sense.
    package struct Invalid: Error, CustomStringConvertible {
        package let description: String
    }

    /// Each at most once.
    package let kinds: [Fault.Kind]
    /// Whether none is asked for by its name, so that one that this machine cannot have may be left out.
    package let isAny: Bool

    /// What may stand in a list, for help and errors.
    package static var names: String { Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ") }

    /// All but some.
    package static func all(but kinds: Fault.Kind...) -> FaultList {
        FaultList(kinds: Fault.Kind.allCases.filter { !kinds.contains($0) }, isAny: true)
    }

    /// Those of them that a Redis of a kind can have.
    ///
    /// - Parameter topology: how the Redis is made up.
    /// - Returns: the list without the others, if none was asked for by its name.
    /// - Throws: if one was, and is not possible.
    package func possible(in topology: Topology) throws(Invalid) -> FaultList {
        let others = kinds.filter { !topology.faults.contains($0) }
        guard isAny || others.isEmpty else {
            let names = others.map(\.rawValue).joined(separator: ", ")
            let possible = topology.faults.map(\.rawValue).joined(separator: ", ")
            throw Invalid(
                description: "no \(names) here: \(Topology.needs(of: others)); these are possible: \(possible)"
            )
        }
        return FaultList(kinds: kinds.filter { topology.faults.contains($0) }, isAny: isAny)
    }

    private init(kinds: [Fault.Kind], isAny: Bool) {
        self.kinds = kinds
        self.isAny = isAny
    }

    /// The faults that a text names.
    ///
    /// - Parameter text: `all`, `none`, or names of faults separated by commas.
    /// - Throws: if a name is not that of a fault.
    package init(_ text: String) throws(Invalid) {
        switch text {
        case "all": self.init(kinds: Fault.Kind.allCases, isAny: true)
        case "none": self.init(kinds: [], isAny: true)
        default:
            var kinds: [Fault.Kind] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let name = part.trimmingCharacters(in: .whitespaces)
                guard let kind = Fault.Kind(rawValue: name) else {
                    let advice = "write all, none, or some of these, separated by commas: \(Self.names)"
                    throw Invalid(description: "'\(name)' is not a fault; \(advice)")
                }
                if !kinds.contains(kind) { kinds.append(kind) }
            }
            self.init(kinds: kinds, isAny: false)
        }
    }
}
