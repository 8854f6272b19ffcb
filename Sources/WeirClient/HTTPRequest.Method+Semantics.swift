public import HTTPTypes

extension HTTPRequest.Method {
    /// Whether a request of this method may be sent again although it may have run: GET, HEAD, PUT, DELETE, OPTIONS, TRACE.
    ///
    /// Source: RFC 9110, section 9.2.2.
    public var isIdempotent: Bool { isSafe || self == .put || self == .delete }

    /// Whether a request of this method changes nothing: GET, HEAD, OPTIONS, TRACE.
    ///
    /// Source: RFC 9110, section 9.2.1.
    public var isSafe: Bool { self == .get || self == .head || self == .options || self == .trace }
}
