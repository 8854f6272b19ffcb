/// The fields of an attempt in a history file, in the order in which they are written.
enum AttemptField: String, CaseIterable {
    /// Only in the first line.
    case history
    case process
    case operation = "op"
    case cost, sent, done, outcome, source, server, place, windows, retryAfter, error
    /// Only at the end of a line of our own.
    case sum
}
