internal import CHiredis
internal import Glibc
internal import Synchronization

/// Wakes the pump's thread from its `poll`; costs a system call only when the thread sleeps.
@usableFromInline
package final class Wakeup: Sendable {
    let descriptor: Int32
    private let isSleeping = Atomic<Bool>(false)

    package init() throws(RedisError) {
        descriptor = weir_eventfd()
        guard descriptor >= 0 else { throw RedisError(.overloaded, String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    /// Ends the current sleep, or the one that has been announced.
    @usableFromInline
    package func signal() {
        guard isSleeping.exchange(false, ordering: .sequentiallyConsistent) else { return }
        var one: UInt64 = 1
        _ = Glibc.write(descriptor, &one, 8)
    }

    /// Announces a sleep.
    ///
    /// Whoever adds work after this call signals; work added before is seen by a look at the queues.
    func prepareToSleep() {
        isSleeping.store(true, ordering: .sequentiallyConsistent)
    }

    /// Ends an announced sleep.
    ///
    /// - Parameter isReadable: whether `poll` reported the descriptor; it stays readable until read.
    func awaken(isReadable: Bool) {
        isSleeping.store(false, ordering: .sequentiallyConsistent)
        guard isReadable else { return }
        var count: UInt64 = 0
        _ = Glibc.read(descriptor, &count, 8)
    }
}
