/// Where windows are kept and decided over.
package protocol Store: Sendable {
    /// Decides one request, all or nothing.
    func decide(_ request: DecisionRequest) async throws(WeirError) -> Verdict
    /// Forgets windows; returns how many there were.
    func remove(_ keys: [[UInt8]]) async throws(WeirError) -> Int
    /// Gets ready before the first request.
    func prepare() async
    /// Lets what waits finish and takes nothing more.
    func shutdown() async
}
