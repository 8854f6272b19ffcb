/// For what width a plot is drawn: a phone gets a drawing of its own, on which letters keep their size.
struct PlotSize: Sendable, Hashable {
    /// For a page, the class of what shows it where it fits.
    let name: String
    let width: Double
    /// More points than these would stand closer than the eye can tell.
    let mostPoints: Int
    /// More times than these would stand too close.
    let timeMarks: Int
    /// Whether its parts say more when they are pointed at.
    let hasHints: Bool

    static let wide = PlotSize(name: "wide", width: 920, mostPoints: 600, timeMarks: 12, hasHints: true)
    /// As wide, for where nothing can be pointed at.
    static let picture = PlotSize(name: "picture", width: 920, mostPoints: 600, timeMarks: 12, hasHints: false)
    static let narrow = PlotSize(name: "narrow", width: 400, mostPoints: 300, timeMarks: 6, hasHints: false)
}
