/// The admissions of one trailing window, by their exact times: what the limit is held against.
///
/// Units that were given back are the newest ones.
struct Trail {
    private var admissions = Queue<Footprint>()
    /// All units.
    private(set) var units = 0

    /// Lets go of what was admitted up to this time.
    mutating func settle(_ time: Int) {
        while let oldest = admissions.first, oldest.time <= time {
            units -= oldest.units
            admissions.removeFirst()
        }
    }

    mutating func append(_ admission: Footprint) {
        units += admission.units
        admissions.append(admission)
    }

    /// Takes from the newest admissions.
    mutating func takeBack(_ units: Int) {
        var rest = units
        while rest > 0, let newest = admissions.last {
            let part = min(rest, newest.units)
            self.units -= part
            rest -= part
            if part == newest.units {
                admissions.removeLast()
            } else {
                admissions[admissions.count - 1].units -= part
            }
        }
    }

    /// Takes from the newest of the admissions before the end of a slice.
    ///
    /// They may have counted in a later slice. So this never takes older units than were given back, and what is left
    /// never counts for longer than it truly does.
    mutating func takeBack(_ units: Int, before end: Int) {
        var rest = units
        var place = count(before: end) - 1
        while rest > 0, place >= 0 {
            let part = min(rest, admissions[place].units)
            admissions[place].units -= part
            self.units -= part
            rest -= part
            place -= 1
        }
    }

    /// The admissions after a time, as far as they still count.
    func admissions(after time: Int) -> [Footprint] {
        (count(before: time + 1)..<admissions.count).map { admissions[$0] }.filter { $0.units > 0 }
    }

    private func count(before time: Int) -> Int {
        var (low, high) = (0, admissions.count)
        while low < high {
            let middle = (low + high) / 2
            if admissions[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Some of the admissions that count: the oldest and the newest.
    var evidence: [Footprint] {
        let places = 0..<admissions.count
        let ends = places.count > 12 ? Array(places.prefix(6)) + Array(places.suffix(6)) : Array(places)
        return ends.map { admissions[$0] }.filter { $0.units > 0 }
    }
}
