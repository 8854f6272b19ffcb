internal import Hiredis

/// What a limiter has for a server: the connection, and the decisions that wait for it.
struct DecisionServer: ClusterServer {
    let client: RedisClient
    let decisions: RequestQueue<DecisionFormat>

    init(_ place: ServerPlace, script: Script, capacity: Int, metrics: BatchMetrics?) throws(RedisError) {
        let wakeup = try Wakeup()
        let format = DecisionFormat(script: script, isOfCluster: place.isOfCluster, metrics: metrics)
        decisions = RequestQueue(format, capacity: capacity, wakeup: wakeup)
        client = try place.connect(wakeup: wakeup, source: DecisionSource(queue: decisions))
    }
}
