/// Which of several attempts counted, if it is known how many units they made together.
enum Selection: Equatable {
    /// No choice of them makes that many.
    case none
    /// Exactly these do, by place.
    case one([Int])
    /// Several choices do, or it would take too long to tell.
    case many

    /// More attempts than this are not tried one choice after another.
    private static let mostTried = 12

    /// Looks for the choices that make up `sum`.
    ///
    /// - Parameters:
    ///   - sum: all their units.
    ///   - units: of each attempt, above zero.
    ///   - known: of each attempt, whether it counted, if that is known.
    /// - Returns: the only choice, if there is only one.
    static func making(_ sum: Int, of units: [Int], known: [Bool?]) -> Selection {
        let fixed = units.indices.filter { known[$0] == true }
        let free = units.indices.filter { known[$0] == nil }
        let rest = sum - fixed.reduce(0) { $0 + units[$1] }
        let all = free.reduce(0) { $0 + units[$1] }
        guard rest >= 0, rest <= all else { return .none }
        if rest == 0 { return .one(fixed) }
        if rest == all { return .one((fixed + free).sorted()) }
        guard free.count <= mostTried else {
            let first = units[free[0]]
            return rest % first != 0 && free.allSatisfy { units[$0] == first } ? .none : .many
        }
        return tried(rest, of: free.map { units[$0] }) { choice in
            (fixed + free.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element)).sorted()
        }
    }

    private static func tried(_ sum: Int, of units: [Int], places: (Int) -> [Int]) -> Selection {
        var sums = [0]
        var found: Int?
        for choice in 1..<(1 << units.count) {
            let made = sums[choice & (choice - 1)] + units[choice.trailingZeroBitCount]
            sums.append(made)
            guard made == sum else { continue }
            if found != nil { return .many }
            found = choice
        }
        return found.map { .one(places($0)) } ?? .none
    }
}
