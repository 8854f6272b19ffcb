internal import StressHistory

/// What is kept of an attempt in little room, so that evidence can name it.
struct Footprint {
    /// When it was decided; if it was not, when it was sent.
    let time: Int
    /// The units that still count, or what it cost if that is not of interest.
    var units: Int
    private let operation: Int
    private let process: Int32
    /// By how much it was sent before that time, and done after it: up to 35 minutes can be told.
    private let lead: Int32
    private let delay: Int32
    let outcome: Attempt.Outcome

    /// Stands for an attempt that never was.
    static let none = Footprint(time: -1, units: 0, operation: 0, process: 0, lead: 0, delay: 0, outcome: .failed)

    var isNone: Bool { time < 0 }
    var done: Int { time + Int(delay) }

    func isSame(as other: Footprint) -> Bool { operation == other.operation && process == other.process }

    /// The attempt again, without its windows.
    var attempt: Attempt {
        let isDecided = outcome == .allowed || outcome == .denied
        return Attempt(
            process: Int(process),
            operation: operation,
            cost: units,
            sent: time - Int(lead),
            done: done,
            outcome: outcome,
            source: isDecided ? .redis : nil,
            server: isDecided ? time : nil
        )
    }
}

extension Footprint {
    init(_ attempt: Attempt) {
        let time = attempt.moment
        self.init(
            time: time,
            units: attempt.cost,
            operation: attempt.operation,
            process: Int32(clamping: attempt.process),
            lead: Int32(clamping: time - attempt.sent),
            delay: Int32(clamping: attempt.done - time),
            outcome: attempt.outcome
        )
    }
}
