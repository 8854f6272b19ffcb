/// How the client reaches the server.
enum Transport: String, Sendable, CaseIterable {
    case unix
    case tcp
}
