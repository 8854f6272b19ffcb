internal import HTTPTypes
internal import RawStructuredFieldValues

/// The fields of a response, and the time from which they count.
struct FieldReader {
    /// The most bytes of a field, all of its lines together.
    private static let longest = 8192

    /// The most reports of a response, and the most policies that are looked at.
    static let most = 32

    private let fields: HTTPFields
    /// The time of the response since the epoch: its `Date`, or else when it was received.
    let now: Duration

    init(_ fields: HTTPFields, receivedAt time: Duration) {
        self.fields = fields
        let received = time.bounded
        let dates = Self.lines(of: .date, in: fields)
        now = dates.first.flatMap { DateText.http($0, near: received) } ?? received
    }

    /// The lines of a field, without the white space around them; none if they are too long.
    func lines(of name: HTTPField.Name) -> [String] { Self.lines(of: name, in: fields) }

    private static func lines(of name: HTTPField.Name, in fields: HTTPFields) -> [String] {
        bytes(of: name, in: fields).map { String(decoding: $0.trimmingBlanks, as: UTF8.self) }
    }

    /// The items of a list, without its inner lists; none if it is malformed.
    ///
    /// Source: RFC 9651, section 4.2: the lines of a field are one value, and a value that is malformed is ignored as a whole.
    func items(of name: HTTPField.Name) -> [Item] {
        var parser = StructuredFieldValueParser(joined(name))
        guard let members = try? parser.parseListFieldValue() else { return [] }
        return members.compactMap { member in
            if case .item(let item) = member { item } else { nil }
        }
    }

    /// The members of a dictionary; none if it is malformed.
    func members(of name: HTTPField.Name) -> OrderedMap<String, ItemOrInnerList> {
        var parser = StructuredFieldValueParser(joined(name))
        return (try? parser.parseDictionaryFieldValue()) ?? [:]
    }

    /// A field that is one integer; nil if it is malformed or negative.
    func integer(of name: HTTPField.Name) -> Int? {
        var parser = StructuredFieldValueParser(joined(name))
        guard case .integer(let number) = (try? parser.parseItemFieldValue())?.rfc9651BareItem, number >= 0 else {
            return nil
        }
        return Int(number)
    }

    /// The lines of a field are one value, with a comma between them.
    private func joined(_ name: HTTPField.Name) -> [UInt8] {
        Array(Self.bytes(of: name, in: fields).joined(separator: Self.comma))
    }

    private static let comma = Array(", ".utf8)

    private static func bytes(of name: HTTPField.Name, in fields: HTTPFields) -> [[UInt8]] {
        let lines = fields[fields: name].map { $0.withUnsafeBytesOfValue { Array($0) } }
        return lines.reduce(0) { $0 + $1.count + comma.count } <= longest + comma.count ? lines : []
    }
}
