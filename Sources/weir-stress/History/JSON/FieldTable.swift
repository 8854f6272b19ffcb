/// The fields that an object may have, and those that it must have.
struct FieldTable<Field: CaseIterable & RawRepresentable<String> & Sendable>: Sendable {
    /// Which fields an object has had so far.
    struct Seen {
        fileprivate var bits: UInt32 = 0
        /// The place of the field that comes next if they come in the order of the table.
        fileprivate var next = 0

        /// Whether the object has had a field, told by its place.
        func contains(_ place: Int) -> Bool { bits & 1 << place != 0 }
    }

    private let words = WordTable(Field.self)
    private let required: UInt32

    init(required: [Field]) {
        var bits: UInt32 = 0
        for (place, field) in Field.allCases.enumerated()
        where required.contains(where: { $0.rawValue == field.rawValue }) {
            bits |= 1 << place
        }
        self.required = bits
    }

    /// Goes past the name of the next field and its colon.
    func next(_ scanner: inout JSONScanner, _ seen: inout Seen) throws(LineProblem) -> Field {
        guard let place = scanner.word(of: words, expecting: seen.next) else {
            let name = try scanner.string(for: "the name of a field")
            throw LineProblem("unknown field \"\(name.description)\": expected \(words.list)", byte: name.byte)
        }
        guard seen.bits & 1 << place == 0 else {
            throw scanner.problem("the field \"\(words.name(place))\" is there twice")
        }
        seen.bits |= 1 << place
        seen.next = place + 1
        try scanner.expect(":")
        return words.value(place)
    }

    /// Whether another field follows; at the end of the object, all that must be there must have been there.
    func isFollowed(_ scanner: inout JSONScanner, _ seen: Seen) throws(LineProblem) -> Bool {
        if scanner.take(",") { return true }
        guard scanner.take("}") else { throw scanner.problem("expected , or }") }
        let missing = required & ~seen.bits
        guard missing == 0 else {
            throw scanner.problem("the field \"\(words.name(missing.trailingZeroBitCount))\" is missing")
        }
        return false
    }
}
