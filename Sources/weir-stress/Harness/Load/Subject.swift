package import StressHistory
package import Weir

/// One thing that is asked about: a descriptor, the rules that it is decided under, and the windows that it has.
package struct Subject: Sendable {
    package let rules: Workload.Rules
    package let descriptor: Descriptor
    /// What is known of its windows before anybody has decided.
    package let windows: [WindowFact]
    /// Their numbers.
    package var numbers: [Int]

    init(rules: Workload.Rules, descriptor: Descriptor, windows: [WindowFact]) {
        self.rules = rules
        self.descriptor = descriptor
        self.windows = windows
        numbers = windows.map(\.window)
    }
}
