/// The windows of a history: each has a rule and a subject, and is known by its number from 0.
package struct WindowNames: Sendable {
    package struct Name: Sendable, Hashable {
        package let rule: String
        package let subject: String

        package init(rule: String, subject: String) {
            self.rule = rule
            self.subject = subject
        }
    }

    package private(set) var all: [Name] = []
    private var keys: [Int: String] = [:]
    private var numbers: [Name: Int] = [:]

    package init() {}

    /// The number of a window, which is given one if it is new.
    package mutating func number(of name: Name) -> Int {
        if let number = numbers[name] { return number }
        numbers[name] = all.count
        all.append(name)
        return all.count - 1
    }

    /// The Redis key of a window, or as much of it as decides its hash slot, such as `{g=acme}`; nil if nobody told.
    package func key(of window: Int) -> String? { keys[window] }

    package mutating func setKey(_ key: String, of window: Int) { keys[window] = key }

    package subscript(window: Int) -> Name { all[window] }
}
