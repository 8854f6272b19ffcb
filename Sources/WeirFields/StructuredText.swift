internal import RawStructuredFieldValues

/// The values of structured fields, as text.
///
/// Source: RFC 9651, section 4.1.
enum StructuredText {
    /// Nil if there are no items.
    static func list(_ items: [Item]) -> String? {
        var serializer = StructuredFieldValueSerializer()
        // What is made of a report is representable: integers of 15 digits, and strings of printable ASCII.
        guard !items.isEmpty, let bytes = try? serializer.writeListFieldValue(items.map { .item($0) }) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Members without a number are left out.
    static func dictionary(_ members: [(String, Int?)]) -> String? {
        var dictionary = OrderedMap<String, ItemOrInnerList>()
        for case (let name, let number?) in members {
            dictionary[name] = .item(Item(bareItem: .integer(Int64(number.told)), parameters: [:]))
        }
        var serializer = StructuredFieldValueSerializer()
        return (try? serializer.writeDictionaryFieldValue(dictionary)).map { String(decoding: $0, as: UTF8.self) }
    }
}
