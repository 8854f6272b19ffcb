import Console
import Weir

/// All that a point is measured under; a series changes one thing of it.
struct ScaleSetting: Hashable, Sendable {
    var window = WindowFill()
    var keys = 10_000
    /// How many windows a decision has, each by a rule of its own.
    var windows = 1
    let callers: Int
    /// How many limiters share the callers, each with a connection of its own.
    var connections = 1
    var transport = Transport.unix

    /// The same for raw commands, for which all windows are alike.
    var baseline: ScaleSetting {
        var baseline = self
        baseline.window = WindowFill()
        return baseline
    }

    /// How many callers each connection has; one that would have none is not made.
    var callersByConnection: [Int] {
        (0..<connections).map { callers / connections + ($0 < callers % connections ? 1 : 0) }.filter { $0 > 0 }
    }

    var rules: [Rule] {
        let limit = Limit(window.limit, per: window.period)
        return (1...windows).map { Rule("window-\($0)", per: .application, limit: limit, slices: window.slices) }
    }

    /// What holds where a series does not say otherwise, in short lines.
    var summary: [String] {
        [
            "limit \(window.limit.grouped) in \(window.slices) slices, half full",
            "\(keys.grouped) keys, \(windows == 1 ? "one window" : "\(windows) windows") a decision",
            "\(callers.grouped) callers over one connection, unix socket",
        ]
    }
}
