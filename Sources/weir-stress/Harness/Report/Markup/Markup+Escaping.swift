extension Markup {
    /// A text as it may stand in HTML, in SVG, and in their attributes.
    ///
    /// It goes by scalars, not characters: `<` and an accent after it are one character, and yet a tag begins there.
    /// What does not print becomes visible, so that it can neither break the file nor turn what follows around.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(visible(scalar))
            }
        }
        return escaped
    }

    /// The beginning of a text, if it is longer than so many scalars.
    static func excerpt(_ text: String, of most: Int) -> String {
        guard let end = text.unicodeScalars.index(text.startIndex, offsetBy: most, limitedBy: text.endIndex),
            end < text.endIndex
        else { return text }
        return String(text.unicodeScalars[..<end]) + "…"
    }

    /// A text whose addresses tell no user and no password.
    ///
    /// Rather more than less: all from the address's beginning to the last `@` of the word.
    static func withoutSecrets(_ text: String) -> String {
        text.replacing(#/://(?!/)\S*@/#.matchingSemantics(.unicodeScalar), with: "://…@")
    }

    /// A scalar, or a picture of it if it is a control character, or none if it would change the text around it.
    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{fffd}"
        switch scalar.value {
        case 0x00...0x1f: return Unicode.Scalar(0x2400 + scalar.value) ?? replacement
        case 0x7f: return "\u{2421}"
        // These set the direction of what follows.
        case 0x061c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: return replacement
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .unassigned: return replacement
        default: return scalar
        }
    }
}
