/// A command and its arguments, in one buffer: any bytes may occur in an argument.
///
/// A script's command does not name its verb: it goes out as `EVALSHA`, and as `EVAL` when the server lacks the script.
package struct Command: Sendable {
    package let script: Script?
    package private(set) var bytes: [UInt8] = []
    /// Where each argument ends in `bytes`.
    package private(set) var ends: [Int] = []

    package init(_ arguments: String...) {
        script = nil
        for argument in arguments { append(argument) }
    }

    /// A call of `script`; the arguments that follow begin with the number of keys.
    package init(calling script: Script) {
        self.script = script
    }

    package mutating func append(_ argument: String) {
        bytes.append(contentsOf: argument.utf8)
        ends.append(bytes.count)
    }

    package mutating func append(_ argument: [UInt8]) {
        bytes.append(contentsOf: argument)
        ends.append(bytes.count)
    }

    package mutating func append(_ argument: Int) {
        bytes.append(decimal: argument)
        ends.append(bytes.count)
    }

    /// A flat JSON array of integers.
    package mutating func append(_ fill: (inout IntegerList) -> Void) {
        var list = IntegerList()
        fill(&list)
        bytes.append(contentsOf: list.bytes)
        bytes.append(UInt8(ascii: "]"))
        ends.append(bytes.count)
    }
}
