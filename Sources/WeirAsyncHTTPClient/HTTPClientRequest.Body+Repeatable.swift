#if AsyncHTTPClient
internal import AsyncHTTPClient

extension HTTPClientRequest.Body {
    /// Whether the body is known to be the same when it is sent again.
    ///
    /// AsyncHTTPClient knows, since it follows redirects, but keeps it to itself: so its cases are looked at. Whatever is
    /// not recognized, in a later version, is taken for a stream that can be read once.
    var isRepeatable: Bool {
        guard let mode = Mirror(reflecting: self).children.first(where: { $0.label == "mode" })?.value,
            let content = Mirror(reflecting: mode).children.first
        else { return false }
        switch content.label {
        case "byteBuffer": return true
        case "sequence":
            let parts = Mirror(reflecting: content.value).children
            return parts.first { $0.label == "canBeConsumedMultipleTimes" }?.value as? Bool ?? false
        default: return false
        }
    }
}
#endif
