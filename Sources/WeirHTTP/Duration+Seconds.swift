extension Duration {
    /// Whole seconds, rounded up: whoever waits so long has waited long enough.
    ///
    /// 42.000001 s are 43 seconds.
    package var secondsRoundedUp: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
