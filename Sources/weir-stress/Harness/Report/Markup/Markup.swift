/// A piece of HTML in which every inserted text is escaped.
///
/// `"<b>\(subject)</b>" as Markup` shows any subject as it is: only literals, and other markup, can bring tags.
struct Markup: Sendable, Hashable, ExpressibleByStringInterpolation {
    let html: String

    init(stringLiteral: String) { html = stringLiteral }

    init(stringInterpolation: StringInterpolation) { html = stringInterpolation.html }

    /// Takes HTML as it is.
    ///
    /// Only for what was put together here, with each text in it escaped.
    init(trusted html: String) { self.html = html }

    /// Gathers the pieces of a literal.
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate(set) var html = ""

        init(literalCapacity: Int, interpolationCount: Int) { html.reserveCapacity(literalCapacity * 2) }

        mutating func appendLiteral(_ literal: String) { html += literal }

        mutating func appendInterpolation(_ text: String) { html += Markup.escaped(text) }

        mutating func appendInterpolation(_ number: Int) { html += Figures.grouped(number) }

        mutating func appendInterpolation(_ markup: Markup) { html += markup.html }
    }
}

extension Sequence<Markup> {
    /// One below the other.
    var joined: Markup { Markup(trusted: map(\.html).joined(separator: "\n")) }
}
