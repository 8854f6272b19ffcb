/// One window of a run against its limit, and beneath it what was decided, as a picture for a page that is not ours.
///
/// It has a ground of its own, and is light or dark as its reader's system is.
package struct OccupancyPicture: Sendable {
    private let summary: RunSummary
    private let trace: RunSummary.WindowTrace

    private static let margin = 20.0
    private static let headingHeight = 62.0

    /// A picture of one of the windows of a run.
    package init(_ summary: RunSummary, of trace: RunSummary.WindowTrace) {
        self.summary = summary
        self.trace = trace
    }

    /// The whole file.
    package var svg: String {
        let (size, course) = (PlotSize.picture, RunCourse(summary))
        let occupancy = OccupancyPanel(trace, course: course, size: size, height: 200)
        let rates = RatePanel(summary, course: course, size: size, height: 130)
        var drawing = Drawing(name: "picture")
        drawing.declareStripes()
        let chart = TimeChart(course: course, size: size, panels: [occupancy, rates], naming: .kinds)
        let height = Self.headingHeight + chart.draw(in: &drawing, from: 0) + Self.margin / 2
        let width = size.width + 2 * Self.margin
        var heading = Drawing(name: "heading")
        heading.rectangle("paper", Drawing.Area(x: 0, y: 0, width: width, height: height), radius: 8)
        heading.text(title, at: Drawing.Point(x: Self.margin, y: 30), style: "heading")
        heading.text(Markup.excerpt(banner, of: 130), at: Drawing.Point(x: Self.margin, y: 50))
        let box = "\(Drawing.digits(width)) \(Drawing.digits(height))"
        let sides = "width=\"\(Drawing.digits(width))\" height=\"\(Drawing.digits(height))\""
        let place = "translate(\(Drawing.digits(Self.margin)) \(Drawing.digits(Self.headingHeight)))"
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(box)" \(sides) role="img" \
            aria-labelledby="title description">
            <title id="title">\(Markup.escaped(title))</title>
            <desc id="description">\(Markup.escaped("\(banner) \(trace.sentence)"))</desc>
            <style>
            \(PlotStyle.rules(in: .light))
            @media (prefers-color-scheme: dark) {
            \(PlotStyle.rules(in: .dark))
            }
            </style>
            \(heading.elements.joined(separator: "\n"))
            <g transform="\(place)">
            \(drawing.elements.joined(separator: "\n"))
            </g>
            </svg>

            """
    }

    /// As much of it as has room in one line.
    private var title: String { Markup.excerpt("How full a window was: \(trace.name)", of: 80) }

    private var banner: String { VerdictBanner(summary: summary).sentence }
}
