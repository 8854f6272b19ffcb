/// What is wrong with a line, and where in it.
struct LineProblem: Error {
    /// The place of the byte, from 1; nil if it is not one byte that is wrong.
    let byte: Int?
    let text: String

    init(_ text: String, byte: Int? = nil) {
        self.text = text
        self.byte = byte
    }
}
