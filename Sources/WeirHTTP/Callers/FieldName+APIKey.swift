public import HTTPTypes
internal import WeirFields

extension HTTPField.Name {
    /// `X-API-Key`: where many services expect the key of an application.
    public static let xAPIKey = known("X-API-Key")
}
