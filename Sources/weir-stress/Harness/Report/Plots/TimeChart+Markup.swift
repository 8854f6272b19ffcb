extension TimeChart {
    /// The chart as a picture for a page; of the names on a page, each is there once.
    func markup(named name: String, label: String) -> Markup {
        var drawing = Drawing(name: "\(name)-\(size.name)")
        drawing.declareStripes()
        let height = draw(in: &drawing, from: 0)
        return drawing.markup(width: size.width, height: height, label: label)
    }
}
