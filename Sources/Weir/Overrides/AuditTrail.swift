/// Where Redis keeps who has changed what of an owner's limits.
///
/// A call that writes there names it among its keys: then a cluster whose slots move has all of them at one node, or refuses.
enum AuditTrail {
    /// The key of the trail that belongs to the owner of another key: `weir:{g=acme}/audit` beside `weir:{g=acme}/limits`.
    static func key(beside key: [UInt8]) -> [UInt8] {
        (key.lastIndex(of: UInt8(ascii: "}")).map { Array(key[...$0]) } ?? key) + Array("/audit".utf8)
    }
}
