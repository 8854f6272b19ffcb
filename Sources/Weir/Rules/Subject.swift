/// What a descriptor means under the rules of a limiter: worked out once, and used for every decision about it.
package final class Subject: Sendable {
    /// The rules that apply, in their order.
    let rules: [Rule]
    /// The window of each.
    let windows: [Window]
    /// The key of what operators have set for the owner of all of them.
    let limits: HashedKey?

    init(rules: [Rule] = [], windows: [Window], limits: HashedKey?) {
        self.rules = rules
        self.windows = windows
        self.limits = limits
    }
}
