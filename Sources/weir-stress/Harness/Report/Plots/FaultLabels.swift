/// Where the labels of the faults stand above a plot: in as few lines as they need, none upon another.
struct FaultLabels {
    struct Label {
        let text: String
        /// Where the fault begins.
        let anchor: Double
        /// Where the text begins.
        let left: Double
        /// From 0, the line next to the plot.
        let line: Int
    }

    static let lineHeight = 15.0
    private static let mostLines = 4
    private static let gap = 8.0

    let labels: [Label]

    var height: Double {
        labels.isEmpty ? 0 : Double((labels.map(\.line).max() ?? 0) + 1) * Self.lineHeight + 4
    }

    /// Whole names if there is room for all of them; otherwise numbers, or as many names as there is room for.
    init(_ bands: [FaultBand], _ naming: FaultBand.Naming, in frame: PlotFrame) {
        let anchors = bands.map { frame.x($0.start) }
        let whole = Self.arranged(bands.map { $0.label(naming) }, at: anchors, in: frame)
        let isEnough = whole.count == bands.count || naming == .kinds
        labels = isEnough ? whole : Self.arranged(bands.map(\.numbers), at: anchors, in: frame)
    }

    private static func arranged(_ texts: [String], at anchors: [Double], in frame: PlotFrame) -> [Label] {
        var ends = [Double](repeating: -.infinity, count: mostLines)
        var labels: [Label] = []
        for (text, anchor) in zip(texts, anchors) {
            let width = Drawing.width(of: text)
            let left = max(min(anchor - 2, frame.right - width), frame.left - 2)
            guard let line = ends.firstIndex(where: { $0 + gap <= left }) else { continue }
            ends[line] = left + width
            labels.append(Label(text: text, anchor: anchor, left: left, line: line))
        }
        return labels
    }
}
