/// The fields of one window of an attempt.
enum WindowField: String, CaseIterable {
    case rule, subject, limit
    case period = "window"
    case slice, remaining, used, reset, violated, pool
    /// Only where the window is named for the first time.
    case key
}
