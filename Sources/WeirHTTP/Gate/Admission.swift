public import HTTPTypes

/// What a gate says to a request.
public enum Admission: Sendable {
    /// It may go on; its ``Passage`` is to be settled when the status of its response is known.
    case admitted(Passage)
    /// It is to be answered with this, and these fields.
    case refused(RefusalResponse, fields: HTTPFields)
}
