internal import Foundation
package import SeededRandom

extension SeededGenerator {
    /// The seed of a whole test: `WEIR_SEED` if set, so that a failure can be repeated, else a new one, printed.
    package static func printedSeed(_ test: String = #function) -> UInt64 {
        let given = ProcessInfo.processInfo.environment["WEIR_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0...UInt64(UInt32.max))
        print("\(test): WEIR_SEED=\(seed)")
        return seed
    }
}
