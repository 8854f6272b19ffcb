extension Duration {
    /// Whole seconds, rounded up: whoever waits so long has waited long enough.
    ///
    /// 42.000001 s are 43 seconds. More than a field can tell, 15 digits, is as much as it can.
    package var secondsRoundedUp: Int {
        let (seconds, attoseconds) = bounded.components
        return Int(seconds) + (attoseconds > 0 ? 1 : 0)
    }

    /// Not more than 15 digits of seconds either way, so that no sum of two overflows.
    var bounded: Duration { min(max(self, .zero - .mostTold), .mostTold) }

    private static let mostTold = Duration.seconds(LimitReport.mostTold)
}
