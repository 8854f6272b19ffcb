internal import RawStructuredFieldValues

/// A parameter that is there and is not what it has to be.
struct InvalidParameter: Error {}

extension Item {
    func integer(_ key: String, atLeast least: Int64) throws(InvalidParameter) -> Int? {
        guard let value = rfc9651Parameters[key] else { return nil }
        guard case .integer(let number) = value, number >= least else { throw InvalidParameter() }
        return Int(number)
    }

    func string(_ key: String) throws(InvalidParameter) -> String? {
        guard let value = rfc9651Parameters[key] else { return nil }
        guard case .string(let text) = value else { throw InvalidParameter() }
        return text
    }

    func bytes(_ key: String) throws(InvalidParameter) -> [UInt8]? {
        guard let value = rfc9651Parameters[key] else { return nil }
        guard case .undecodedByteSequence(let text) = value, let bytes = Base64.bytes(text) else {
            throw InvalidParameter()
        }
        return bytes
    }
}
