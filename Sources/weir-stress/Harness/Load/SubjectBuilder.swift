internal import Hiredis
internal import StressHistory
internal import Weir

/// Makes subjects, and numbers their windows.
struct SubjectBuilder {
    private(set) var subjects: [Subject] = []
    private(set) var names = WindowNames()
    private(set) var templates: [WindowFact] = []
    /// The hash slot of each window.
    private(set) var slots: [Int] = []
    private let keys = KeyScheme(prefix: "stress", secret: [])

    mutating func add(_ descriptor: Descriptor) {
        var descriptor = descriptor
        let rules: Workload.Rules = descriptor[.application] == nil ? .byEndpoint : .byApplication
        if rules == .byEndpoint {
            // Parts are asked for even by rules that do not apply to the endpoint.
            descriptor[.token] = descriptor[.token] ?? "token"
            descriptor[.user] = descriptor[.user] ?? "user"
        }
        let group = String(decoding: descriptor[.group]?.bytes ?? [], as: UTF8.self)
        var windows: [WindowFact] = []
        for rule in Workload.rules(rules) {
            guard var fact = rule.fact(for: descriptor) else { continue }
            let parts = rule.scope.map { String(decoding: descriptor[$0]?.bytes ?? [], as: UTF8.self) }
            // A token or a user belongs to a group: with another one it has another count.
            let owner = rule.scope.contains(.group) ? [] : [group]
            fact.window = names.number(of: .init(rule: rule.name, subject: (owner + parts).joined(separator: " ")))
            names.setKey("{g=\(group)}", of: fact.window)
            if rule.allowance == .observed(window: .second) { fact.pool = 0 }
            if fact.window == templates.count {
                templates.append(fact)
                // What is asked about has a group, under whose keys all of its windows are.
                let key = keys.key(rule: rule.name, scope: rule.scope, shared: .group, descriptor: descriptor)
                slots.append(HashSlot(of: key).number)
            }
            windows.append(fact)
        }
        subjects.append(Subject(rules: rules, descriptor: descriptor, windows: windows))
    }

    /// A group that is seldom asked about, by one kind of request.
    mutating func addCold(_ group: String, kind: Int) {
        switch kind {
        case 0: add(Descriptor(endpoint: "plain", group: group))
        case 1: add(Descriptor(endpoint: "write", group: group))
        case 2: add(Descriptor(token: "token", endpoint: "sign", group: group))
        case 3: add(Descriptor(token: "token", endpoint: "order", group: group, user: "user"))
        default: add(Descriptor(group: group, application: "crm"))
        }
    }
}

extension Rule {
    /// What a window of the rule is like; nil if the rule does not apply.
    fileprivate func fact(for descriptor: Descriptor) -> WindowFact? {
        switch allowance {
        case .limit(let limit):
            return limit.fact
        case .byEndpoint(let limits, _):
            let endpoint = String(decoding: descriptor[.endpoint]?.bytes ?? [], as: UTF8.self)
            return limits[endpoint]?.fact
        case .observed(let window):
            return WindowFact(window: 0, limit: nil, period: window.microseconds, slice: window.microseconds / 128 + 1)
        }
    }
}

extension Limit {
    fileprivate var fact: WindowFact {
        let period = window.microseconds
        return WindowFact(window: 0, limit: count, period: period, slice: count <= 128 ? 1000 : (period + 127) / 128)
    }
}
