/// What a file that is looked at from time to time means: when to read it, which policy is in force, what to say.
///
/// A file is read when two looks in a row have found it the same, so that one half written, whose first half may well be a
/// policy, is not taken for one.
struct PolicyWatch {
    /// What to do after a look.
    enum Step: Hashable {
        case rest
        case read
        /// The file is gone, which is new.
        case miss
    }

    private(set) var current: Policy
    private var seen: FileFingerprint?
    /// Whether what was seen has been read.
    private var isRead = false
    /// What is wrong with the file now, as it was said; nil if all is well.
    private var trouble: String?

    /// A watch over a file that was read once, having looked at it before.
    init(_ current: Policy, seen: FileFingerprint?) {
        self.current = current
        self.seen = seen
    }

    mutating func looked(_ fingerprint: FileFingerprint?) -> Step {
        defer { seen = fingerprint }
        guard let fingerprint else {
            isRead = false
            return isNew("gone") ? .miss : .rest
        }
        guard fingerprint == seen else {
            isRead = false
            return .rest
        }
        guard !isRead else { return .rest }
        isRead = true
        return .read
    }

    /// The file is no policy, or cannot be read.
    ///
    /// - Returns: whether to say so: not twice the same.
    mutating func failed(_ complaints: String) -> Bool { isNew(complaints) }

    /// The policy was read, but somebody could not go over to it: that is tried again at the next look.
    ///
    /// - Returns: whether to say so: not twice the same.
    mutating func couldNotApply(_ reason: String) -> Bool {
        isRead = false
        return isNew(reason)
    }

    /// The policy that the file holds is in force.
    ///
    /// - Returns: whether something was wrong with the file before.
    mutating func applied(_ policy: Policy) -> Bool {
        current = policy
        defer { trouble = nil }
        return trouble != nil
    }

    private mutating func isNew(_ trouble: String) -> Bool {
        defer { self.trouble = trouble }
        return trouble != self.trouble
    }
}
