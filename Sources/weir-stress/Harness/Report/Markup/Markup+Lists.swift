extension Markup {
    /// Terms and what each of them is.
    static func pairs(_ style: String, _ pairs: [(term: String, value: Markup)]) -> Markup {
        let rows = pairs.map { "<div><dt>\($0.term)</dt><dd>\($0.value)</dd></div>" as Markup }
        return "<dl class=\"\(style)\">\(rows.joined)</dl>"
    }
}

extension Sequence<Markup> {
    /// As many of the first as have room in so many bytes, so that no run makes a file that nobody can open.
    func prefix(bytes most: Int) -> [Markup] {
        var rest = most
        return Array(
            prefix { markup in
                rest -= markup.html.utf8.count
                return rest >= 0
            }
        )
    }
}
