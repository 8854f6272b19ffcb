import Foundation
import Weir

/// Keys that differ in a number alone, so that the server can make as many of them as it takes by itself.
struct NumberedKeys: Sendable {
    let before: String
    let after: String

    subscript(number: Int) -> String { "\(before)\(number)\(after)" }

    /// The windows of a rule by application; applications stand in keys by their name, tokens by a hash of it.
    static func windows(of rule: Rule) -> NumberedKeys {
        let name = "NUMBER"
        let key = String(decoding: KeyFiller.key(of: rule, for: Descriptor(application: name)), as: UTF8.self)
        let parts = key.components(separatedBy: name)
        return NumberedKeys(before: parts.first ?? "", after: parts.last ?? "")
    }

    /// What raw commands use in place of the windows of a rule.
    static func raw(_ place: Int) -> NumberedKeys { NumberedKeys(before: "raw:", after: ":\(place)") }
}
