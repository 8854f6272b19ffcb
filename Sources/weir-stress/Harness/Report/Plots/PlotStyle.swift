/// How the parts of a plot look.
enum PlotStyle {
    /// The font of a plot and of its page: what the reader's system has.
    static let font = "system-ui, -apple-system, \"Segoe UI\", sans-serif"

    /// The rules for the classes that plots use, in the colours of a palette.
    static func rules(in palette: Palette) -> String {
        """
        svg text { font: 12px \(font); fill: \(palette.quiet); }
        svg text.heading { font-size: 17px; font-weight: 600; fill: \(palette.ink); }
        svg text.title { font-weight: 600; fill: \(palette.ink); }
        svg text.strong { font-weight: 600; fill: \(palette.ink); }
        svg text.halo { paint-order: stroke; stroke: \(palette.panel); stroke-width: 4px; stroke-linejoin: round; }
        svg text.tag { paint-order: stroke; stroke: \(palette.paper); stroke-width: 4px; stroke-linejoin: round; }
        svg text.alarm { font-weight: 600; fill: \(palette.bad); }
        svg .paper { fill: \(palette.paper); }
        svg .panel { fill: \(palette.panel); }
        svg .grid { stroke: \(palette.grid); stroke-width: 1; }
        svg .admitted { fill: \(palette.admitted); }
        svg .denied { fill: \(palette.denied); }
        svg .unsettled { fill: \(palette.unsettled); }
        svg .stripe { stroke: \(palette.panel); stroke-opacity: 0.55; }
        svg .occupancy { fill: \(palette.admitted); fill-opacity: 0.4; }
        svg .crest { fill: none; stroke: \(palette.admitted); stroke-width: 1.25; }
        svg .limit { fill: none; stroke: \(palette.ink); stroke-width: 3; stroke-linejoin: round; }
        svg .deadline { stroke: \(palette.ink); stroke-width: 2; stroke-dasharray: 6 4; }
        svg .wait { fill: none; stroke: \(palette.admitted); stroke-width: 1.75; stroke-linejoin: round; }
        svg .stem { stroke: \(palette.quiet); stroke-width: 1; stroke-dasharray: 1 3; }
        svg .over { fill: \(palette.bad); }
        svg .cross { fill: none; stroke: \(palette.bad); stroke-width: 2.5; stroke-linecap: round; }
        svg .fault { fill: \(palette.quiet); fill-opacity: 0.25; }
        svg .strip { fill: \(palette.quiet); }
        svg .edge { stroke: \(palette.quiet); stroke-width: 1; stroke-dasharray: 2 2; }
        svg .hint { fill: none; pointer-events: all; }
        """
    }
}
