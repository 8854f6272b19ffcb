import Weir

/// What is a site has one short form, which is a site again and the same one; what is none is refused without a quote.
@_cdecl("LLVMFuzzerTestOneInput")
public func sites(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let text = input.text()
    do throws(WeirError) {
        let identity = try Site(text).identity
        require((1...512).contains(identity.utf8.count), identity)
        require(identity.utf8.allSatisfy { (0x21...0x7E).contains($0) }, identity)
        require((try? Site(identity).identity) == identity, "'\(identity)' from '\(text)' is not itself again")
    } catch {
        require(error.code == .invalidSite, "\(error)")
    }
    return 0
}
