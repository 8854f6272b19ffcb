/// How the page looks: on paper, on a phone, in a light room and in a dark one.
enum PageStyle {
    static let rules = """
        :root { color-scheme: light dark; \(Palette.light.declarations) }
        @media screen and (prefers-color-scheme: dark) {
        :root { \(Palette.dark.declarations) }
        }
        \(page)
        \(tables)
        \(PlotStyle.rules(in: .declared))
        \(narrow)
        \(print)
        """

    private static let page = """
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 \(PlotStyle.font); }
        main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
        h1 { margin: 0; font-size: 1.1rem; font-weight: 600; }
        h2 { margin: 3rem 0 .75rem; padding-bottom: .35rem; border-bottom: 1px solid var(--grid); font-size: 1.35rem; }
        h3 { margin: 2rem 0 .25rem; font-size: 1.05rem; }
        p { margin: .25rem 0 .75rem; max-width: 46rem; }
        code { font: .9em ui-monospace, "SFMono-Regular", Menlo, monospace; }
        .quiet, figcaption { color: var(--quiet); font-size: .875rem; }
        .good { color: var(--good); }
        .bad { color: var(--bad); }
        .head { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; justify-content: space-between; }
        .head p { margin: 0; }
        .verdict { display: flex; gap: .9rem; align-items: center; max-width: none; margin: .9rem 0 1.25rem;
        padding: 1.1rem 1.25rem; border: 2px solid currentColor; border-radius: 10px; font-size: 1.3rem;
        font-weight: 600; line-height: 1.35; }
        .verdict .words { color: var(--ink); }
        .mark { font-size: 1.4em; line-height: 1; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .6rem; margin: 0; }
        .tiles div { padding: .6rem .8rem; border-radius: 8px; background: var(--panel); }
        .tiles dt { color: var(--quiet); font-size: .8125rem; }
        .tiles dd { margin: 0; font-size: 1.15rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        .facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem; margin: 0; }
        .facts div { display: contents; }
        .facts dt { color: var(--quiet); }
        .facts dd { margin: 0; }
        figure { margin: .75rem 0 1.25rem; }
        figure svg { display: block; width: 100%; height: auto; }
        figcaption { margin-top: .25rem; max-width: 46rem; }
        .narrow { display: none; max-width: 35rem; margin: 0 auto; }
        .lines { margin: 0; padding-left: 2.5em; font-variant-numeric: tabular-nums; }
        .lines li { margin: .3rem 0; }
        """

    private static let tables = """
        table { width: 100%; margin: .75rem 0 1rem; border-collapse: collapse; font-size: .9375rem; }
        table.compact { width: auto; min-width: min(100%, 22rem); }
        caption { padding-bottom: .35rem; color: var(--quiet); font-size: .875rem; text-align: left; }
        th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--grid); text-align: left;
        vertical-align: top; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { color: var(--quiet); font-size: .8125rem; font-weight: 600; vertical-align: bottom;
        overflow-wrap: normal; }
        tbody th { font-weight: 600; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        th.number, td.number { padding-left: .25rem; }
        summary { cursor: pointer; color: var(--quiet); }
        """

    /// Plots change to their drawing for a phone; the rows of wide tables become blocks before they would be cut off.
    private static let narrow = """
        @media screen and (max-width: 700px) {
        main { padding: 1.25rem 1rem 3rem; }
        .wide { display: none; }
        .narrow { display: block; }
        .verdict { padding: .9rem 1rem; font-size: 1.1rem; }
        .tiles { grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); }
        .facts { grid-template-columns: 1fr; gap: 0; }
        table.compact { width: 100%; }
        .facts dd { margin-bottom: .6rem; }
        }
        @media screen and (max-width: 860px) {
        .full, .full caption, .full tbody, .full tr, .full th, .full td { display: block; }
        .full thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .full tbody tr { padding: .6rem 0; border-bottom: 1px solid var(--grid); }
        .full tbody :is(th, td) { padding: .1rem 0; border: 0; text-align: left; }
        .full tbody th::before { content: attr(data-label) " "; color: var(--quiet); font-weight: 400; }
        .full tbody td.number { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between;
        max-width: 26rem; }
        .full tbody td.number::before { content: attr(data-label); color: var(--quiet); font-size: .875rem; }
        }
        """

    private static let print = """
        @page { margin: 14mm; }
        @media print {
        :root { color-scheme: light; font-size: 8.5pt; }
        main { max-width: none; padding: 0; }
        h2, h3 { break-after: avoid; }
        figure, tr, .tiles, .facts, .verdict { break-inside: avoid; }
        .tiles div, svg * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """
}
