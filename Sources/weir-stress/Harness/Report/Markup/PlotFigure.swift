/// A plot in both of its sizes, of which the page shows the one that fits, and what is to be said of it.
struct PlotFigure {
    let caption: Markup
    let draw: (PlotSize) -> Markup

    var markup: Markup {
        let pictures = [PlotSize.wide, .narrow].map { size in
            "<div class=\"\(size.name)\">\(draw(size))</div>" as Markup
        }
        let words: Markup = caption.html.isEmpty ? "" : "\n<figcaption>\(caption)</figcaption>"
        return "<figure>\n\(pictures.joined)\(words)\n</figure>"
    }
}
