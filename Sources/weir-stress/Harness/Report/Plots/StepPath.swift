/// The way along values of which each holds until the next begins.
struct StepPath {
    /// A value, and from when until when it holds.
    struct Step {
        let from: Double
        let until: Double
        /// Nil leaves a gap.
        let value: Double?
    }

    let steps: [Step]

    /// The line along the values.
    func line(in frame: PlotFrame) -> String {
        steps.split { $0.value == nil }.map { run in
            let levels = levels(of: run, in: frame)
            return "M\(levels.start) \(levels.first)\(levels.rest)"
        }.joined()
    }

    /// What lies between the values and the frame's bottom.
    func area(in frame: PlotFrame) -> String {
        guard !steps.isEmpty else { return "" }
        let base = Drawing.digits(frame.bottom)
        let levels = levels(of: steps[...], in: frame)
        return "M\(levels.start) \(base)V\(levels.first)\(levels.rest)V\(base)Z"
    }

    /// Where a run of values begins, its first height, and the rest of the way; what holds on needs no point between.
    private func levels(of run: ArraySlice<Step>, in frame: PlotFrame) -> (start: String, first: String, rest: String) {
        let heights = run.map { Drawing.digits(frame.y($0.value ?? 0)) }
        var rest = ""
        for (step, (before, height)) in zip(run.dropFirst(), zip(heights, heights.dropFirst())) where height != before {
            rest += "H\(Drawing.digits(frame.x(step.from)))V\(height)"
        }
        if let last = run.last { rest += "H\(Drawing.digits(frame.x(last.until)))" }
        return (Drawing.digits(frame.x(run.first?.from ?? 0)), heights.first ?? "0", rest)
    }
}
