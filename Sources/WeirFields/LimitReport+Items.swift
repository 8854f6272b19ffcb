internal import RawStructuredFieldValues

/// The items of draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.
extension LimitReport {
    /// Of `RateLimit`: `"endpoint";r=4;t=58`.
    var standing: Item? {
        guard let name, let remaining else { return nil }
        var parameters: OrderedMap<String, RFC9651BareItem> = ["r": .integer(Int64(remaining.told))]
        parameters["t"] = reset.map { .integer(Int64($0.secondsRoundedUp.told)) }
        parameters["pk"] = partitionKeyTold
        return Item(bareItem: .string(name.printable), parameters: parameters)
    }

    /// Of `RateLimit-Policy`: `"endpoint";q=5;w=60`.
    var policy: Item? {
        guard let name, let limit else { return nil }
        var parameters: OrderedMap<String, RFC9651BareItem> = ["q": .integer(Int64(limit.told))]
        parameters["w"] = windowTold
        parameters["qu"] = unit.map { .string($0.printable) }
        parameters["pk"] = partitionKeyTold
        return Item(bareItem: .string(name.printable), parameters: parameters)
    }

    /// The unit where none is told: `requests` in the text of the draft, `request` in its registry.
    private static let requests: Set<String> = ["request", "requests"]

    /// Nil for a window of no length, which no form allows.
    var windowTold: RFC9651BareItem? {
        window.flatMap { $0 > .zero ? .integer(Int64($0.secondsRoundedUp.told)) : nil }
    }

    private var partitionKeyTold: RFC9651BareItem? { partitionKey.map { .undecodedByteSequence(Base64.text($0)) } }

    /// Reads an item of `RateLimit`; nil if it is none that the draft allows.
    ///
    /// The name is a string, `r` is required and not negative. An item that is wrong is ignored, with whatever is right in
    /// it; the others stay.
    init?(standing item: Item) {
        guard case .string(let name) = item.rfc9651BareItem else { return nil }
        do throws(InvalidParameter) {
            guard let remaining = try item.integer("r", atLeast: 0) else { return nil }
            self.init(
                name: name,
                remaining: remaining,
                reset: try item.integer("t", atLeast: 0).map { .seconds($0) },
                partitionKey: try item.bytes("pk")
            )
        } catch {
            return nil
        }
    }

    /// Reads an item of `RateLimit-Policy`; nil if it is none that a draft allows.
    ///
    /// `"endpoint";q=5;w=60`, where `q` is required and `w` is above zero; or, of the drafts up to 07, `5;w=60`.
    init?(policy item: Item) {
        do throws(InvalidParameter) {
            let window: Duration? = try item.integer("w", atLeast: 1).map { .seconds($0) }
            switch item.rfc9651BareItem {
            case .string(let name):
                guard let limit = try item.integer("q", atLeast: 0) else { return nil }
                self.init(
                    name: name,
                    limit: limit,
                    window: window,
                    unit: try item.string("qu").flatMap { Self.requests.contains($0) ? nil : $0 },
                    partitionKey: try item.bytes("pk")
                )
            case .integer(let limit) where limit >= 0 && window != nil: self.init(limit: Int(limit), window: window)
            default: return nil
            }
        } catch {
            return nil
        }
    }
}

extension String {
    /// Itself, but for what is no printable ASCII, which is percent-encoded.
    ///
    /// A `%` stays: whoever writes plain names reads plain names.
    fileprivate var printable: String {
        let isPlain: (UInt8) -> Bool = { (0x20...0x7E).contains($0) }
        if utf8.allSatisfy(isPlain) { return self }
        return utf8.reduce(into: "") { text, byte in
            if isPlain(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += byte < 16 ? "%0" : "%"
                text += String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
