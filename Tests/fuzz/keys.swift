import Hiredis

@testable import Weir

private let scheme = KeyScheme(prefix: "weir", secret: Array("pepper".utf8))
private let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:{}=~%".utf8)

/// Keys are short, need no quoting, and are the same only for the same parts.
///
/// The first byte says which part is shared, then come the parts of two descriptors.
@_cdecl("LLVMFuzzerTestOneInput")
public func keys(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let parts = Descriptor.Part.allCases
    let shared = parts[Int(input.byte()) % parts.count]
    let (left, right) = (descriptor(from: &input), descriptor(from: &input))
    let (first, second) = (key(of: left, shared), key(of: right, shared))
    require((first == second) == (left == right), "\(text(first)) and \(text(second))")
    for (descriptor, key) in [(left, first), (right, second)] {
        check(key)
        for part in parts { check(part, descriptor[part] ?? "", key) }
    }
    return 0
}

private func descriptor(from input: inout FuzzInput) -> Descriptor {
    var descriptor = Descriptor()
    for part in Descriptor.Part.allCases { descriptor[part] = Descriptor.Value(bytes: Array(input.counted())) }
    return descriptor
}

private func key(of descriptor: Descriptor, _ shared: Descriptor.Part) -> [UInt8] {
    scheme.key(
        rule: "a-rule-of-24-characters-",
        scope: Descriptor.Part.allCases,
        shared: shared,
        descriptor: descriptor
    )
}

private func check(_ key: [UInt8]) {
    require(key.count <= 400 && key.allSatisfy(plain.contains), text(key))
    let braces = key.filter { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
    require(braces == Array("{}".utf8), text(key))
}

/// A name is told as it was given, unless it is a hash; and a secret is not in the key.
private func check(_ part: Descriptor.Part, _ value: Descriptor.Value, _ key: [UInt8]) {
    let name = scheme.encodedName(of: part, value)
    require(name.count <= 64 && name.allSatisfy(plain.contains), text(name))
    let owner = scheme.name(of: part, value)
    check(scheme.permanentKey("limits", owner: owner))
    check(scheme.operationKey(scheme.permanentKey("sites", owner: owner), operation: text(value.bytes)))
    if part == .token || part == .user {
        require(name.count == 22, "the hash \(text(name))")
    } else if name.first != UInt8(ascii: "~") {
        require(KeyScheme.decodedName(name) == text(value.bytes), "\(text(name)) for \(text(value.bytes))")
    }
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
