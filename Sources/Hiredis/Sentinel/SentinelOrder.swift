/// In which order Sentinels are asked: the one that answered last comes first.
struct SentinelOrder: Sendable, Equatable {
    /// Their places in the address.
    private(set) var places: [Int]

    init(count: Int) { places = Array(0..<count) }

    /// It answered, and is asked first from now on.
    mutating func answered(_ place: Int) {
        places.removeAll { $0 == place }
        places.insert(place, at: 0)
    }

    /// It did not answer, or what it said was of no use: it is asked last from now on.
    mutating func failed(_ place: Int) {
        places.removeAll { $0 == place }
        places.append(place)
    }
}
