/// How far clusters go by what a decision costs, if cost alone decides: computed, and never measured.
struct ClusterModel: Encodable, Sendable {
    /// A cluster of so many primaries, with a core of its own for each.
    struct Step: Encodable, Sendable {
        let primaries: Int
        /// With every primary at work all the time.
        let decisionsPerSecond: Double
        /// How many cores their callers need for that, with the limiters in them.
        let clientCores: Double
    }

    static let primaries = [1, 3, 10, 30, 100]

    /// CPU of a primary for a decision of an owner that nobody else asks for at that moment.
    let serverMicroseconds: Double
    /// CPU of the client for the same, callers included.
    let clientMicroseconds: Double
    let steps: [Step]
    /// How many decisions a second one core serves as one Redis without a cluster, where owners share calls.
    let singlePerSecond: Double
    /// How many for one owner in a cluster of whatever size: its primary's core is the limit.
    let oneOwnerPerSecond: Double
    /// How many primaries serve as much as one Redis without a cluster.
    let primariesToEqualSingle: Int?
    /// What has to be so.
    let assumptions = [
        "owners spread evenly over the slots, and slots over the primaries",
        "no owner is hotter than one primary can serve",
        "every primary has a core to itself, as fast as the one measured, and works all the time: plan for half",
        "each instance keeps as many callers waiting for a primary as were measured",
        "the network is not the limit",
    ]

    /// - Parameters:
    ///   - clusters: what a decision costs in clusters where owners are spread; the dearest counts.
    ///   - single: what it costs on one Redis.
    ///   - oneOwner: what it costs in a cluster if all ask for one owner.
    init(clusters: [DecisionCost], single: DecisionCost, oneOwner: DecisionCost) {
        let server = clusters.map(\.serverMicroseconds).max() ?? 0
        let client = clusters.map(\.clientMicroseconds).max() ?? 0
        let perPrimary = Self.perSecond(server)
        serverMicroseconds = server
        clientMicroseconds = client
        steps = Self.primaries.map { count in
            let perSecond = Double(count) * perPrimary
            return Step(
                primaries: count,
                decisionsPerSecond: perSecond.rounded(),
                clientCores: (perSecond * client / 100_000).rounded() / 10
            )
        }
        singlePerSecond = Self.perSecond(single.serverMicroseconds).rounded()
        oneOwnerPerSecond = Self.perSecond(oneOwner.serverMicroseconds).rounded()
        let share = single.serverMicroseconds > 0 ? server / single.serverMicroseconds : 0
        primariesToEqualSingle = share > 0 ? Int(share.rounded(.up)) : nil
    }

    /// How often a core does in a second what takes so many microseconds; none if it was too short to be measured.
    private static func perSecond(_ microseconds: Double) -> Double {
        microseconds > 0 ? 1_000_000 / microseconds : 0
    }
}
