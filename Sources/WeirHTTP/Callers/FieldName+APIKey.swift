public import HTTPTypes

extension HTTPField.Name {
    /// `X-API-Key`: where many services expect the key of an application.
    public static let xAPIKey: HTTPField.Name = {
        guard let name = HTTPField.Name("X-API-Key") else { preconditionFailure("'X-API-Key' is the name of a field") }
        return name
    }()
}
