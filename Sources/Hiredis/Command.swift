/// A command and its arguments, as they go out: any bytes may occur in an argument.
///
/// A script's command does not name its verb: it goes out as `EVALSHA`, and as `EVAL` when the server lacks the script.
@usableFromInline
package struct Command: Sendable {
    package let script: Script?
    /// Whether the server is to run it although the slot is only on its way there; `ASKING` goes out before it.
    @usableFromInline var isAsking = false
    /// The arguments as the protocol has them, each with its length before it.
    private(set) var bytes: [UInt8] = []
    private var count = 0
    /// A key of the slot that the command is for; a command without any is for every server.
    package var key: [UInt8]?

    package init(_ arguments: String...) {
        script = nil
        for argument in arguments { append(argument) }
    }

    /// A call of `script`; the arguments that follow begin with the number of keys.
    package init(calling script: Script) {
        self.script = script
    }

    /// A key; the first one says for which slot the command is.
    package mutating func append(key: [UInt8]) {
        if self.key == nil { self.key = key }
        append(key)
    }

    package mutating func append(_ argument: String) { append(Array(argument.utf8)) }

    package mutating func append(_ argument: [UInt8]) {
        bytes.append(argument: argument)
        count += 1
    }

    /// So many arguments, each formatted, one after another.
    package mutating func append(formatted arguments: [UInt8], count: Int) {
        bytes.append(contentsOf: arguments)
        self.count += count
    }

    package mutating func append(_ argument: Int) {
        var digits: [UInt8] = []
        digits.append(decimal: argument)
        append(digits)
    }

    /// A flat JSON array of integers.
    package mutating func append(_ fill: (inout IntegerList) -> Void) {
        var list = IntegerList()
        fill(&list)
        append(list.text())
    }

    static let asking = Array("*1\r\n$6\r\nASKING\r\n".utf8)

    /// What goes out before the arguments: how many there are, and what is to be done with a script.
    func head(wholeScript: Bool) -> [UInt8] {
        var head: [UInt8] = []
        head.append(UInt8(ascii: "*"))
        head.append(decimal: script == nil ? count : count + 2)
        head.append(contentsOf: [UInt8].lineEnd)
        guard let script else { return head }
        head.append(argument: Array((wholeScript ? "EVAL" : "EVALSHA").utf8))
        head.append(argument: wholeScript ? script.source : script.digest)
        return head
    }
}

extension [UInt8] {
    static let lineEnd: [UInt8] = Array("\r\n".utf8)

    mutating func append(argument: [UInt8]) {
        append(UInt8(ascii: "$"))
        append(decimal: argument.count)
        append(contentsOf: Self.lineEnd)
        append(contentsOf: argument)
        append(contentsOf: Self.lineEnd)
    }
}
