/// The colours of a report: those of Okabe and Ito, which people tell apart who do not see all colours.
///
/// Each is made darker or lighter until it stands out from the paper it is on.
struct Palette: Sendable {
    let paper: String
    /// The ground of plots.
    let panel: String
    let ink: String
    /// Text that comes second.
    let quiet: String
    let grid: String
    let admitted: String
    let denied: String
    /// Unknown outcomes and failures.
    let unsettled: String
    let good: String
    let bad: String

    static let light = Palette(
        paper: "#ffffff",
        panel: "#f6f8fa",
        ink: "#1f2328",
        quiet: "#57606a",
        grid: "#d8dee4",
        admitted: "#0072b2",
        denied: "#c27a00",
        unsettled: "#a3437d",
        good: "#007a59",
        bad: "#b84a00"
    )

    static let dark = Palette(
        paper: "#0d1117",
        panel: "#161b22",
        ink: "#f0f6fc",
        quiet: "#9ba3ad",
        grid: "#30363d",
        admitted: "#56b4e9",
        denied: "#e69f00",
        unsettled: "#d98cb8",
        good: "#2fc49a",
        bad: "#ff8b4d"
    )

    /// For a page that declares them as variables.
    static let declared = Palette(
        paper: "var(--paper)",
        panel: "var(--panel)",
        ink: "var(--ink)",
        quiet: "var(--quiet)",
        grid: "var(--grid)",
        admitted: "var(--admitted)",
        denied: "var(--denied)",
        unsettled: "var(--unsettled)",
        good: "var(--good)",
        bad: "var(--bad)"
    )

    /// The variables that ``declared`` speaks of.
    var declarations: String {
        """
        --paper: \(paper); --panel: \(panel); --ink: \(ink); --quiet: \(quiet); --grid: \(grid);
        --admitted: \(admitted); --denied: \(denied); --unsettled: \(unsettled); --good: \(good); --bad: \(bad);
        """
    }
}
