package import SeededRandom
package import StressHistory
package import Weir

/// What is asked for: a few hot groups that all processes share, many cold ones, one to four windows a decision.
///
/// Windows of 100 milliseconds to 10 seconds, limits from 20 to 50,000; hot groups get limits of their own, from a block to 80,000,
/// so that some are logs and others sliced, and all of them are full at times.
package struct Workload: Sendable {
    /// Under which rules a decision is made.
    package enum Rules: Int, Sendable, CaseIterable {
        /// One to four windows, by the endpoint.
        case byEndpoint
        /// A group and the part of it that an application has.
        case byApplication
    }

    /// Which kind of subject is asked about how often, in a hundred.
    private struct Share {
        let subjects: Range<Int>
        let weight: Int
    }

    private static let hotGroups = 4
    private static let coldGroups = 1000

    private static let group = Rule("group", per: .group, limit: Limit(50_000, per: .second))

    /// The rules, in the order of the windows of a decision.
    package static func rules(_ rules: Rules) -> [Rule] {
        switch rules {
        case .byEndpoint: [group, endpoint, token, user]
        case .byApplication: [group, Rule("application", observing: .group, .application, per: .second)]
        }
    }

    private static let endpoint = Rule(
        "endpoint",
        per: .group,
        .endpoint,
        limits: [
            "search": Limit(40, per: .milliseconds(100)),
            "read": Limit(2000, per: .second),
            "write": Limit(128, per: .seconds(5)),
            "export": Limit(10_000, per: .seconds(10)),
            "sign": Limit(5000, per: .seconds(2)),
            "order": Limit(500, per: .second),
        ]
    )
    private static let token = Rule(
        "token",
        per: .token,
        .endpoint,
        limits: ["sign": Limit(60, per: .second), "order": Limit(300, per: .seconds(10))]
    )
    private static let user = Rule("user", per: .user, .endpoint, limits: ["order": Limit(20, per: .milliseconds(100))])

    package let subjects: [Subject]
    package let names: WindowNames
    private let shares: [Share]
    /// What is known of each window before anybody has decided.
    private let templates: [WindowFact]
    private let slots: [Int]

    package init() {
        var builder = SubjectBuilder()
        var shares: [Share] = []
        func add(weight: Int, _ make: (inout SubjectBuilder) -> Void) {
            let start = builder.subjects.count
            make(&builder)
            shares.append(Share(subjects: start..<builder.subjects.count, weight: weight))
        }
        let hot = (0..<Self.hotGroups).map { "hot-\($0)" }
        add(weight: 84) { builder in
            for group in hot { builder.add(Descriptor(endpoint: "plain", group: group)) }
        }
        add(weight: 5) { builder in
            for group in hot {
                for endpoint in ["search", "read", "write", "export"] {
                    builder.add(Descriptor(endpoint: endpoint, group: group))
                }
            }
        }
        add(weight: 4) { builder in
            for group in hot {
                for application in ["crm", "shop", "mail"] {
                    builder.add(Descriptor(group: group, application: application))
                }
            }
        }
        add(weight: 2) { builder in
            for group in hot {
                for token in 0..<8 { builder.add(Descriptor(token: "token-\(token)", endpoint: "sign", group: group)) }
            }
        }
        add(weight: 1) { builder in
            for group in hot {
                for person in 0..<8 {
                    builder.add(
                        Descriptor(token: "token-\(person)", endpoint: "order", group: group, user: "user-\(person)")
                    )
                }
            }
        }
        add(weight: 4) { builder in
            for number in 0..<Self.coldGroups { builder.addCold("cold-\(number)", kind: number % 5) }
        }
        subjects = builder.subjects
        names = builder.names
        templates = builder.templates
        slots = builder.slots
        self.shares = shares
    }

    /// The windows that most decisions are about: those of the hot groups.
    package var busiest: [Int] { (0..<Self.hotGroups).map { subjects[$0].windows[0].window } }

    /// The longest window of them all, in microseconds.
    package static var longestPeriod: Int { 10_000_000 }

    /// Whose limits are changed while the load runs.
    package var overridden: [Subject] {
        Array(subjects.prefix(Self.hotGroups)) + subjects[shares[shares.count - 1].subjects].prefix(20)
    }

    /// Those of them that have a limit of their own before the load begins.
    package var limitedFromTheStart: [Subject] { Array(subjects[1..<Self.hotGroups]) }

    /// What is known of a window before anybody has decided.
    package func template(of window: Int) -> WindowFact { templates[window] }

    /// In which of a cluster's slots a window is.
    package func slot(of window: Int) -> Int { slots[window] }

    /// The next thing to ask about.
    package func subject(_ generator: inout SeededGenerator) -> Subject {
        var rest = generator.number(0...99)
        for share in shares {
            rest -= share.weight
            if rest < 0 { return subjects[generator.number(share.subjects.lowerBound...share.subjects.upperBound - 1)] }
        }
        return subjects[0]
    }
}
