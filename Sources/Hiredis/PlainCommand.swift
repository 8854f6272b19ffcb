internal import CHiredis

/// A command that hiredis formats by itself, for measuring what commands cost a program that has nothing but hiredis.
package struct PlainCommand: Sendable {
    private var bytes: [UInt8] = []
    /// Where each argument ends in `bytes`.
    private var ends: [Int] = []

    package init(_ arguments: String...) {
        for argument in arguments { append(argument) }
    }

    package mutating func append(_ argument: String) {
        bytes.append(contentsOf: argument.utf8)
        ends.append(bytes.count)
    }

    package mutating func append(_ argument: Int) { append(String(argument)) }

    /// Has hiredis put it behind the commands that wait to be written; returns its status.
    func append(to context: UnsafeMutablePointer<redisContext>) -> Int32 {
        var arguments: [UnsafePointer<CChar>?] = []
        var lengths: [Int] = []
        arguments.reserveCapacity(ends.count)
        lengths.reserveCapacity(ends.count)
        return bytes.withUnsafeBytes { bytes in
            var start = 0
            for end in ends {
                arguments.append(bytes.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) })
                lengths.append(end - start)
                start = end
            }
            return redisAppendCommandArgv(context, Int32(arguments.count), &arguments, &lengths)
        }
    }
}
