/// Some of the hash slots of a cluster.
struct SlotSet {
    private var isIn: [Bool]

    /// The slots that a text names as `CLUSTER NODES` does, such as `0-5460 5470`; nil if it names none, or is no such text.
    init?(_ text: String) {
        isIn = Array(repeating: false, count: KeySlot.count)
        let parts = text.split(separator: " ")
        guard !parts.isEmpty else { return nil }
        for part in parts {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first >= 0, first <= last,
                last < KeySlot.count
            else { return nil }
            for slot in first...last { isIn[slot] = true }
        }
    }

    func contains(_ slot: Int) -> Bool { isIn[slot] }
}
