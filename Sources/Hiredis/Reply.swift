/// What a server answered; it refers to no memory of the C library.
@usableFromInline
package enum Reply: Sendable, Equatable {
    case null
    case integer(Int)
    case status(String)
    case text([UInt8])
    case error(ServerError)
    /// An array of nothing but integers: what Weir's scripts answer.
    case integers([Int])
    case array([Reply])

    /// The text of a status or string reply, with anything that is not UTF-8 replaced.
    package var string: String? {
        switch self {
        case .status(let text): text
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        default: nil
        }
    }
}
