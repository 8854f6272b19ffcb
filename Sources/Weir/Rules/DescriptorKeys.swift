internal import Hiredis

/// The keys that one descriptor has under the rules of a limiter.
///
/// Each of its parts is named once, in however many keys it stands: to hash a token takes a microsecond.
struct DescriptorKeys {
    private let descriptor: Descriptor
    /// The part between the braces.
    private let shared: Descriptor.Part
    private let scheme: KeyScheme
    private var names = InlineArray<5, [UInt8]?>(repeating: nil)

    init(of descriptor: Descriptor, sharing shared: Descriptor.Part, _ scheme: KeyScheme) {
        self.descriptor = descriptor
        self.shared = shared
        self.scheme = scheme
    }

    /// The key of its window under a rule.
    mutating func window(under rule: Rule) -> [UInt8] { key(of: rule, by: rule.scope) }

    /// The key of the index that lists its owner's windows under a rule.
    mutating func index(under rule: Rule) -> [UInt8] { key(of: rule, by: [shared]) }

    /// The key of what operators have set for its owner.
    var limits: [UInt8] {
        mutating get { scheme.permanentKey("limits", owner: name(of: shared)) }
    }

    /// Where all of them are in a cluster.
    var slot: HashSlot {
        mutating get { HashSlot(of: name(of: shared)) }
    }

    private mutating func key(of rule: Rule, by scope: [Descriptor.Part]) -> [UInt8] {
        scheme.key(rule: rule.name, scope: scope, shared: shared) { name(of: $0) }
    }

    private mutating func name(of part: Descriptor.Part) -> [UInt8] {
        if let name = names[part.place] { return name }
        let name = scheme.name(of: part, in: descriptor)
        names[part.place] = name
        return name
    }
}
