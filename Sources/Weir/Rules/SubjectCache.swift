/// The subjects that were asked about of late, so that keys are built and hashed once per descriptor.
///
/// Two generations: what is found in the old one moves to the young one, and when that is full it becomes the old one. So
/// at most twice `generationSize` are kept, about a kilobyte each, and those in use stay.
struct SubjectCache: Sendable {
    private static let generationSize = 16_384
    /// A caller must not fill our memory with huge names.
    private static let longestDescriptor = 512

    private var young: [Descriptor: Subject] = [:]
    private var old: [Descriptor: Subject] = [:]

    mutating func subject(of descriptor: Descriptor) -> Subject? {
        if let subject = young[descriptor] { return subject }
        guard let subject = old[descriptor] else { return nil }
        keep(subject, for: descriptor)
        return subject
    }

    mutating func keep(_ subject: Subject, for descriptor: Descriptor) {
        guard descriptor.byteCount <= Self.longestDescriptor else { return }
        if young.count >= Self.generationSize {
            old = young
            young = [:]
        }
        young[descriptor] = subject
    }
}
