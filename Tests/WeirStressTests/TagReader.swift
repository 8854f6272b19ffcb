/// Follows the tags of a page as a browser does, as far as that is needed to see whether they fit together.
struct TagReader {
    /// What is wrong; empty if every tag that was opened is closed by its own.
    private(set) var faults: [String] = []
    /// The names of all tags that were opened.
    private(set) var names: Set<String> = []

    private static let void: Set<String> = ["meta", "link", "br"]

    init(_ page: String) {
        var open: [String] = []
        // By scalars: for a browser a tag begins at a bracket, whatever accent follows it.
        for piece in page.unicodeScalars.split(separator: "<").dropFirst() {
            // What the file is, is no tag.
            if piece.first == "!" || piece.first == "?" { continue }
            guard let end = piece.firstIndex(of: ">") else {
                faults.append("<\(String(piece.prefix(40))) has no end")
                continue
            }
            let tag = String(piece[..<end])
            let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
            names.insert(name)
            if tag.hasPrefix("/") {
                if open.popLast() != name { faults.append("</\(name)> closes another") }
            } else if !tag.hasSuffix("/"), !Self.void.contains(name) {
                open.append(name)
            }
        }
        faults += open.map { "<\($0)> is not closed" }
    }
}
