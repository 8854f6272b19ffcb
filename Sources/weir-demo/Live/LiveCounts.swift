import Weir

/// What an instance has decided of late: how much in each second, and about whom.
///
/// Of whom it keeps the descriptors that were seen last, in memory only; what is shown of them is the beginning of a hash.
struct LiveCounts: Sendable {
    /// How many seconds are shown.
    static let seconds = 60
    private static let mostDescriptors = 24
    private static let mostGroups = 8

    private var admitted: [Int: Int] = [:]
    private var refused: [Int: Int] = [:]
    private var seenDescriptors: [Descriptor: Int] = [:]
    private var seenGroups: [String: Int] = [:]

    /// Notes a decision made in a second since the epoch.
    mutating func add(isAllowed: Bool, _ descriptor: Descriptor, group: String?, in second: Int) {
        if isAllowed { admitted[second, default: 0] += 1 } else { refused[second, default: 0] += 1 }
        seenDescriptors[descriptor] = second
        Self.trim(&seenDescriptors, to: Self.mostDescriptors)
        if let group {
            seenGroups[group] = second
            Self.trim(&seenGroups, to: Self.mostGroups)
        }
        forget(before: second - Self.seconds)
    }

    /// What was admitted and refused in the whole seconds before this one, the latest last.
    func rates(before second: Int) -> (admitted: [Int], refused: [Int]) {
        let shown = second - Self.seconds..<second
        return (shown.map { admitted[$0] ?? 0 }, shown.map { refused[$0] ?? 0 })
    }

    var descriptors: [Descriptor] { Array(seenDescriptors.keys) }
    var groups: [String] { seenGroups.keys.sorted() }

    private mutating func forget(before second: Int) {
        guard admitted.count + refused.count > 3 * Self.seconds else { return }
        admitted = admitted.filter { $0.key >= second }
        refused = refused.filter { $0.key >= second }
    }

    private static func trim<Key>(_ seen: inout [Key: Int], to most: Int) {
        guard seen.count > most, let oldest = seen.min(by: { $0.value < $1.value })?.key else { return }
        seen[oldest] = nil
    }
}
