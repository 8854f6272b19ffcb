package import StressHistory
package import Weir

/// One thing that is asked about: a descriptor, the rules that it is decided under, and the windows that it has.
package struct Subject: Sendable {
    package let rules: Workload.Rules
    package let descriptor: Descriptor
    /// What is known of its windows before anybody has decided.
    package let windows: [WindowFact]
}
