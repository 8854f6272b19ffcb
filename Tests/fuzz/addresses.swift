import Hiredis

private let secret = "hunter2"

/// An address is read or refused, is the same when it is read again, and never shows a password.
///
/// A zero byte in the input stands for the password.
@_cdecl("LLVMFuzzerTestOneInput")
public func addresses(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let template = input.text()
    let address: RedisAddress
    do throws(InvalidAddress) {
        address = try RedisAddress(url: template.replacing("\0", with: secret))
    } catch {
        // The host and what is no secret may hold the word only if somebody wrote it there.
        require(template.lowercased().contains(secret) || !error.reason.lowercased().contains(secret), error.reason)
        return 0
    }
    var shown = address.description + String(reflecting: address)
    dump(address, to: &shown)
    if let password = address.password, String(decoding: password.bytes, as: UTF8.self).contains(secret) {
        // What else holds the word was written there by somebody for all to see.
        var bare = address
        bare.password = nil
        require(address.description == bare.description, "'\(address)' depends on the password")
        let isElsewhere = "\(address.endpoint)\(address.user ?? "")".contains(secret)
        require(isElsewhere || !shown.contains(secret), "the password is shown: \(shown)")
    }
    require((0...1_000_000).contains(address.database), "database \(address.database)")
    switch address.endpoint {
    case .tcp(let host, let port): require(!host.isEmpty && (1...65535).contains(port), "\(host) \(port)")
    case .unix(let path): require(path.hasPrefix("/") && path.utf8.count <= 107, path)
    }
    return 0
}
