internal import Synchronization

/// Where the proxy's thread counts and any other looks.
final class ProxyLedger: Sendable {
    private let mutex = Mutex(ProxyCounts())

    var counts: ProxyCounts { mutex.withLock { $0 } }

    func add(_ count: Int = 1, to number: WritableKeyPath<ProxyCounts, Int>) {
        mutex.withLock { $0[keyPath: number] += count }
    }
}
