import Foundation

// Which public symbols nobody has documented, and which types of the first product its page does not link.
// usage: comments PAGE GRAPHS PRODUCT …, where GRAPHS has a folder of symbol graphs for each product

/// What of a symbol graph matters here.
struct Graph: Decodable {
    struct Symbol: Decodable {
        struct Comment: Decodable {
            /// Where it was written: of a symbol that inherits its comment, somewhere else.
            let module: String?
        }
        struct Identifier: Decodable { let precise: String }
        struct Kind: Decodable { let identifier: String }

        let identifier: Identifier
        let kind: Kind
        let pathComponents: [String]
        let docComment: Comment?
    }

    /// What makes a symbol that needs no comment of its own: it answers to a protocol of another module.
    struct Relationship: Decodable {
        let kind: String
        let source: String
        let sourceOrigin: Origin?
        struct Origin: Decodable { let identifier: String }
    }

    let symbols: [Symbol]
    let relationships: [Relationship]
}

func graphs(of product: String, in folder: URL) throws -> [Graph] {
    let files = try FileManager.default.contentsOfDirectory(
        at: folder.appending(path: product),
        includingPropertiesForKeys: nil
    )
    return try files.filter { $0.pathExtension == "json" }.map { file in
        try JSONDecoder().decode(Graph.self, from: Data(contentsOf: file))
    }
}

let page = try String(contentsOf: URL(filePath: CommandLine.arguments[1]), encoding: .utf8)
let folder = URL(filePath: CommandLine.arguments[2])
let products = CommandLine.arguments.dropFirst(3)
var complaints: [String] = []
var count = 0

for product in products {
    for graph in try graphs(of: product, in: folder) {
        let answers = Set(graph.relationships.filter { $0.sourceOrigin != nil }.map(\.source))
        for symbol in graph.symbols where !symbol.identifier.precise.contains("::SYNTHESIZED::") {
            count += 1
            let name = symbol.pathComponents.joined(separator: ".")
            let isOwn = symbol.docComment.map { $0.module == product } ?? false
            if !isOwn, !answers.contains(symbol.identifier.precise) {
                complaints.append("\(product): \(name) has no comment; give it one, or less access")
            }
            let isType = ["swift.struct", "swift.class", "swift.enum", "swift.protocol", "swift.actor"]
                .contains(symbol.kind.identifier)
            if product == products.first, isType, symbol.pathComponents.count == 1, !page.contains("- ``\(name)``") {
                complaints.append("\(product): \(name) is in no topic of \(CommandLine.arguments[1])")
            }
        }
    }
}

for complaint in complaints.sorted() { FileHandle.standardError.write(Data("\(complaint)\n".utf8)) }
guard complaints.isEmpty, count > 0 else { exit(1) }
print("comments: each of \(count) public symbols has one")
