/// Draws a scenario: what counts over time, and each slice from when it fills to when it leaves.
struct WindowPicture {
    let scenario: WindowScenario

    private static let left = 60
    private static let perSecond = 6
    private static let base = 232
    private static let rows = 292
    private static let row = 22
    private static let width = left + WindowScenario.length * perSecond + 24

    private func x(_ time: Int) -> Int { Self.left + time * Self.perSecond }
    private func y(_ units: Int) -> Int { Self.base - units / 2 }
    private var bottom: Int { Self.rows + scenario.filled.count * Self.row }

    /// The whole file.
    var svg: String {
        ([head, style, grid, occupancy, refusals, legend] + scenario.filled.enumerated().map(bar) + [axis, "</svg>"])
            .joined(separator: "\n") + "\n"
    }

    private var head: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(bottom + 48)" \
        width="\(Self.width)" height="\(bottom + 48)" role="img" aria-labelledby="title description">
        <title id="title">A window of \(WindowScenario.limit) units a minute, in \(WindowScenario.slices) slices</title>
        <desc id="description">Above, the units that count, which never pass the limit, and those really admitted in the \
        last minute, which are never more. Below, each slice: it fills for \(WindowScenario.slice) seconds, and leaves \
        as a whole a minute after its end.</desc>
        """
    }

    private var style: String {
        """
        <style>
        text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #57606a; }
        .heading { font-weight: 600; fill: #1f2328; }
        .paper { fill: #ffffff; }
        .grid { stroke: #d8dee4; }
        .counted { fill: #0072b2; fill-opacity: 0.25; }
        .real { fill: none; stroke: #0072b2; stroke-width: 2; }
        .limit { stroke: #1f2328; stroke-width: 2; }
        .refused { fill: #c27a00; }
        .filling { fill: #0072b2; }
        .full { fill: #0072b2; fill-opacity: 0.25; }
        .inside { fill: #ffffff; }
        @media (prefers-color-scheme: dark) {
        text { fill: #9aa4ae; }
        .heading { fill: #f0f3f6; }
        .paper { fill: #0d1117; }
        .grid { stroke: #30363d; }
        .counted, .full { fill: #58a6ff; fill-opacity: 0.3; }
        .real { stroke: #58a6ff; }
        .limit { stroke: #f0f3f6; }
        .refused { fill: #e3a03c; }
        .filling { fill: #58a6ff; }
        .inside { fill: #0d1117; }
        }
        </style>
        <rect class="paper" width="100%" height="100%"/>
        """
    }

    private var grid: String {
        stride(from: 0, through: WindowScenario.length, by: WindowScenario.slice).map { time in
            "<line class=\"grid\" x1=\"\(x(time))\" y1=\"\(y(WindowScenario.limit) - 10)\" x2=\"\(x(time))\" y2=\"\(bottom)\"/>"
        }
        .joined(separator: "\n")
    }

    private var occupancy: String {
        var area = "M\(x(0)) \(Self.base)"
        var line = ""
        for second in scenario.seconds {
            let (from, to) = (x(second.time), x(second.time + 1))
            let (counted, real) = (y(second.counted), y(scenario.trailing(at: second.time)))
            area += "L\(from) \(counted)L\(to) \(counted)"
            line += "\(line.isEmpty ? "M" : "L")\(from) \(real)L\(to) \(real)"
        }
        let limit = y(WindowScenario.limit)
        return """
            <path class="counted" d="\(area)L\(x(WindowScenario.length)) \(Self.base)Z"/>
            <path class="real" d="\(line)"/>
            <line class="limit" x1="\(x(0))" y1="\(limit)" x2="\(x(WindowScenario.length))" y2="\(limit)"/>
            <text class="heading" x="\(Self.left - 8)" y="\(limit + 4)" text-anchor="end">\(WindowScenario.limit)</text>
            <text x="\(Self.left - 8)" y="\(Self.base + 4)" text-anchor="end">0</text>
            """
    }

    private var refusals: String {
        scenario.seconds.filter { $0.asked > $0.admitted }.map { second in
            "<rect class=\"refused\" x=\"\(x(second.time))\" y=\"\(Self.base + 4)\" width=\"5\" height=\"6\"/>"
        }
        .joined(separator: "\n")
    }

    private var legend: String {
        """
        <text class="heading" x="\(Self.left)" y="22">\(WindowScenario.limit) units in any minute, in slices of \
        \(WindowScenario.slice) seconds</text>
        <rect class="counted" x="\(Self.left)" y="36" width="16" height="10"/>
        <text x="\(Self.left + 22)" y="45">units that count</text>
        <line class="real" x1="\(Self.left + 140)" y1="41" x2="\(Self.left + 156)" y2="41"/>
        <text x="\(Self.left + 162)" y="45">units admitted in the last minute</text>
        <rect class="refused" x="\(Self.left + 370)" y="38" width="16" height="6"/>
        <text x="\(Self.left + 392)" y="45">seconds with a refusal</text>
        <text class="heading" x="\(Self.left)" y="\(Self.rows - 14)">Each slice: it fills (strong colour), counts as a whole, and \
        leaves a minute after its end</text>
        """
    }

    private func bar(_ row: Int, _ slice: WindowScenario.Slice) -> String {
        let top = Self.rows + row * Self.row
        let end = min(slice.leaves, WindowScenario.length)
        return """
            <rect class="full" x="\(x(slice.start))" y="\(top)" width="\(x(end) - x(slice.start))" height="16"/>
            <rect class="filling" x="\(x(slice.start))" y="\(top)" width="\(x(slice.end) - x(slice.start))" height="16"/>
            <text class="inside" x="\(x(slice.start) + 30)" y="\(top + 12)" text-anchor="middle">\(slice.admitted)</text>
            """
    }

    private var axis: String {
        stride(from: 0, through: WindowScenario.length, by: WindowScenario.slice).map { time in
            "<text x=\"\(x(time))\" y=\"\(bottom + 18)\" text-anchor=\"middle\">\(time)</text>"
        }
        .joined(separator: "\n")
            + "\n<text x=\"\(x(WindowScenario.length))\" y=\"\(bottom + 36)\" text-anchor=\"end\">seconds</text>"
    }
}
