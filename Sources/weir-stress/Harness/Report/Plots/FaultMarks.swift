/// The faults in a chart: shaded bands with labels above, or one strip above if there are too many to tell apart.
struct FaultMarks {
    private let count: Int
    private let bands: [FaultBand]
    private let labels: FaultLabels
    private let isStrip: Bool

    /// Faults that begin closer than this are shown as one.
    private static let nearest = 5.0
    /// Where they are closer than this on average, bands would shade all there is.
    private static let densest = 14.0
    private static let stripHeight = 30.0

    init(of course: RunCourse, _ naming: FaultBand.Naming, in frame: PlotFrame) {
        count = course.faults.count
        isStrip = Double(count) * Self.densest > frame.area.width
        let pixel = course.seconds / frame.area.width
        bands = FaultBand.all(of: course, closerThan: pixel * (isStrip ? 2 : Self.nearest))
        labels = FaultLabels(isStrip ? [] : bands, naming, in: frame)
    }

    /// How much room they need above the first plot.
    var height: Double { isStrip ? Self.stripHeight : labels.height }

    /// Draws the bands across a plot.
    func drawBands(in drawing: inout Drawing, _ frame: PlotFrame) {
        guard !isStrip else { return }
        for band in bands {
            drawing.path("fault", shapes(of: band, in: frame, from: frame.top, height: frame.area.height))
        }
    }

    /// Draws what stands above the first plot.
    func drawHead(in drawing: inout Drawing, _ frame: PlotFrame) {
        if isStrip {
            let strip = bands.map { shapes(of: $0, in: frame, from: frame.top - 13, height: 9) }
            drawing.path("strip", strip.joined())
            let text = Figures.count(count, "fault", "faults")
            return drawing.text(text, at: Drawing.Point(x: frame.left, y: frame.top - 18), style: "tag")
        }
        for label in labels.labels where label.line > 0 {
            let head = Drawing.Point(x: label.anchor, y: height(of: label, in: frame) + 3)
            drawing.line("edge", from: head, to: Drawing.Point(x: label.anchor, y: frame.top))
        }
        for label in labels.labels {
            let place = Drawing.Point(x: label.left, y: height(of: label, in: frame))
            drawing.text(label.text, at: place, style: "tag")
        }
    }

    private func height(of label: FaultLabels.Label, in frame: PlotFrame) -> Double {
        frame.top - 5 - Double(label.line) * FaultLabels.lineHeight
    }

    private func shapes(of band: FaultBand, in frame: PlotFrame, from top: Double, height: Double) -> String {
        band.spans.map { span in
            let start = frame.x(span.lowerBound)
            let (width, height) = (max(frame.x(span.upperBound) - start, 1.5), Drawing.digits(height))
            let corner = Drawing.pair(Drawing.Point(x: min(start, frame.right - width), y: top))
            return "M\(corner)h\(Drawing.digits(width))v\(height)h\(Drawing.digits(-width))z"
        }.joined()
    }
}
