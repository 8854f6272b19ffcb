/// The subjects that were asked about of late, so that keys are built and hashed once per descriptor.
///
/// When it is full, one in eight of those that come is let in, by chance: who asks often is soon among them, and for who
/// asks once nothing is paid but the building. For it another goes: the first that was not asked about since it was last
/// looked at, in a circle over all of them ("second chance", or CLOCK: F. J. Corbató, 1968). So those in use stay, a flood
/// of tokens that are never seen again drives few others out, and of three times as many in turn as there is room for,
/// nearly a quarter is known. A subject takes about a kilobyte.
struct SubjectCache: Sendable {
    private struct Entry: Sendable {
        let descriptor: Descriptor
        let subject: Subject
        var wasAsked = false
    }

    /// How many are kept at most.
    static let most = 32_768
    /// A caller must not fill our memory with huge names.
    private static let longestDescriptor = 512

    private var places: [Descriptor: Int] = [:]
    private var entries: [Entry] = []
    /// Where the next one to go is looked for.
    private var hand = 0
    /// Who is let in when it is full.
    private var letsIn = OneInEight()

    var count: Int { entries.count }

    mutating func subject(of descriptor: Descriptor) -> Subject? {
        guard let place = places[descriptor] else { return nil }
        entries[place].wasAsked = true
        return entries[place].subject
    }

    mutating func keep(_ subject: Subject, for descriptor: Descriptor) {
        let isFull = entries.count == Self.most
        // Two calls may have made it at the same time: looked up last, as few get so far when it is full.
        guard descriptor.byteCount <= Self.longestDescriptor, !isFull || letsIn.next(), places[descriptor] == nil
        else { return }
        let entry = Entry(descriptor: descriptor, subject: subject)
        guard isFull else {
            places[descriptor] = entries.count
            entries.append(entry)
            return
        }
        while entries[hand].wasAsked {
            entries[hand].wasAsked = false
            advance()
        }
        places[entries[hand].descriptor] = nil
        places[descriptor] = hand
        entries[hand] = entry
        advance()
    }

    private mutating func advance() { hand = (hand + 1) % Self.most }
}
