public import HTTPTypes

/// What a pacer has to know of a response.
public struct PacedResponse: Sendable, Hashable {
    /// The status.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var fields: HTTPFields

    /// A response of which so much is known.
    public init(status: HTTPResponse.Status, fields: HTTPFields) {
        self.status = status
        self.fields = fields
    }

    /// A response with its status and all its fields.
    public init(_ response: HTTPResponse) {
        self.init(status: response.status, fields: response.headerFields)
    }
}
