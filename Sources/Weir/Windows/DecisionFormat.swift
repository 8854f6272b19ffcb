package import Hiredis

/// Requests for decisions, many of which go out as one call of the script.
package struct DecisionFormat: RequestFormat {
    /// Enough to share the cost of a call, few enough that one call takes well under a millisecond.
    package let batchSize = 128
    package let turnsAwayTheHopeless = true
    private let script: Script
    private let isOfCluster: Bool
    private let metrics: BatchMetrics?

    /// Requests for a server that may be one of a cluster's: then each command has the windows of one slot alone.
    package init(script: Script, isOfCluster: Bool = false) {
        self.init(script: script, isOfCluster: isOfCluster, metrics: nil)
    }

    init(script: Script, isOfCluster: Bool, metrics: BatchMetrics?) {
        self.script = script
        self.isOfCluster = isOfCluster
        self.metrics = metrics
    }

    package func slot(of request: DecisionRequest) -> HashSlot? { isOfCluster ? request.slot : nil }

    /// Where rules change, a window may wait under two of them, and the script decides it by one.
    package func edition(of request: DecisionRequest) -> Int { request.subject.edition }

    package func waited(_ count: Int) { metrics?.waited(count) }

    package func command(
        for requests: [DecisionRequest]
    ) -> (command: Command, read: @Sendable (Reply) -> Verdicts?) {
        metrics?.calls(deciding: requests.count)
        let batch = Batch(requests)
        return (batch.command(calling: script), { batch.verdicts(in: $0) })
    }
}

/// The decisions that wait, for the pump.
struct DecisionSource: QueueSource {
    let queue: RequestQueue<DecisionFormat>
}
