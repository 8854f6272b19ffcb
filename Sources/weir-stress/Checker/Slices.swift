/// A window as the documentation describes it: units, by the ends of the slices in which they count.
///
/// What counts in a slice leaves together, a whole period after the slice's end.
struct Slices: Equatable {
    struct Slice: Equatable {
        let end: Int
        var units: Int
    }

    /// A window that only counts stops counting here.
    static let most = (1 << 48) - 1

    private var slices = Queue<Slice>()
    /// All units.
    private(set) var total = 0

    var isEmpty: Bool { slices.isEmpty }
    /// The end of the oldest slice, zero if there is none.
    var oldestEnd: Int { slices.first?.end ?? 0 }
    /// The end of the newest slice, zero if there is none.
    var newestEnd: Int { slices.last?.end ?? 0 }

    static func == (left: Slices, right: Slices) -> Bool {
        guard left.total == right.total, left.slices.count == right.slices.count else { return false }
        return (0..<left.slices.count).allSatisfy { left.slices[$0] == right.slices[$0] }
    }

    /// The units in slices that end after a time.
    func units(after end: Int) -> Int {
        var units = 0
        for place in (0..<slices.count).reversed() {
            guard slices[place].end > end else { break }
            units += slices[place].units
        }
        return units
    }

    /// Lets go of the slices that end by this time.
    mutating func settle(_ end: Int) {
        while let oldest = slices.first, oldest.end <= end {
            total -= oldest.units
            slices.removeFirst()
        }
    }

    /// Counts units in a slice that is no older than the newest.
    mutating func add(_ units: Int, to end: Int) {
        let units = min(units, Self.most - total)
        guard units > 0 else { return }
        total += units
        if let newest = slices.last, newest.end >= end {
            slices[slices.count - 1].units += units
        } else {
            slices.append(Slice(end: end, units: units))
        }
    }

    /// Counts units in any slice.
    mutating func insert(_ units: Int, at end: Int) {
        let units = min(units, Self.most - total)
        guard units > 0 else { return }
        total += units
        var place = slices.count
        while place > 0, slices[place - 1].end > end { place -= 1 }
        if place > 0, slices[place - 1].end == end {
            slices[place - 1].units += units
        } else {
            slices.insert(Slice(end: end, units: units), at: place)
        }
    }

    /// Takes from the newest slices, never below zero; returns what was taken from which.
    @discardableResult
    mutating func takeBack(_ units: Int) -> [Slice] {
        var rest = units
        var taken: [Slice] = []
        while rest > 0, let newest = slices.last {
            let part = min(rest, newest.units)
            taken.append(Slice(end: newest.end, units: part))
            reduce(slices.count - 1, by: part)
            rest -= part
        }
        return taken
    }

    /// Takes from one slice as much as there is in it; returns how much that was.
    @discardableResult
    mutating func takeBack(_ units: Int, from end: Int) -> Int {
        guard let place = (0..<slices.count).last(where: { slices[$0].end <= end }), slices[place].end == end
        else { return 0 }
        let part = min(units, slices[place].units)
        reduce(place, by: part)
        return part
    }

    /// Takes from the oldest slices until no more than this is left.
    mutating func trim(to units: Int) {
        while total > units, let oldest = slices.first { reduce(0, by: min(total - units, oldest.units)) }
    }

    private mutating func reduce(_ place: Int, by units: Int) {
        total -= units
        slices[place].units -= units
        if slices[place].units == 0 { slices.remove(at: place) }
    }

    /// The end of the slice with which so many units will have left; nil if there are not that many.
    func end(freeing units: Int) -> Int? {
        var rest = units
        for place in 0..<slices.count {
            rest -= slices[place].units
            if rest <= 0 { return slices[place].end }
        }
        return nil
    }
}
