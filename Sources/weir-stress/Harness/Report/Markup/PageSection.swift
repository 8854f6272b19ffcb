/// A part of the page under a heading.
struct PageSection {
    /// By which it is linked.
    let name: String
    let title: String
    let content: [Markup]

    var markup: Markup {
        """
        <section id="\(name)" aria-labelledby="\(name)-title">
        <h2 id="\(name)-title">\(title)</h2>
        \(content.joined)
        </section>
        """
    }
}
