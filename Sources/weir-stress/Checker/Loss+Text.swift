extension Loss {
    /// What was lost, in a line.
    package var text: String {
        guard isExplained else {
            return "what is missing afterwards is not the end of what the killed primary had acknowledged"
        }
        guard most.decisions > 0 else { return "nothing was lost" }
        let bounds = least == most ? least.text : "at least \(least.text), at most \(most.text)"
        guard overshoots > 0 else { return "lost: \(bounds)" }
        let admissions = overshoots == 1 ? "1 admission" : "\(overshoots) admissions"
        return "lost: \(bounds); for that alone, \(admissions) went beyond a limit, by \(largestOvershoot) at the most"
    }
}

extension Loss.Extent {
    fileprivate var text: String {
        guard decisions > 0 else { return "nothing" }
        let what = decisions == 1 ? "1 decision" : "\(decisions) decisions"
        return "\(what) with \(units == 1 ? "1 unit" : "\(units) units") in the last \(Self.milliseconds(age)) ms"
    }

    /// With one decimal, rounded up.
    private static func milliseconds(_ microseconds: Int) -> String {
        let tenths = (microseconds + 99) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}
