internal import CHiredis
internal import Glibc
internal import Synchronization

/// Wakes the pump's thread from its `poll`; costs a system call only when the thread sleeps and there is cause.
@usableFromInline
package final class Wakeup: Sendable {
    /// What there is to do, the least first.
    @usableFromInline
    package enum Cause: UInt8, Sendable {
        /// Some request waits.
        case request = 1
        /// So many requests wait that they are worth sending though the server is still busy.
        case batch
        /// Something other than requests.
        case mail
    }

    let descriptor: Int32
    /// The least cause that ends the sleep; zero while there is none.
    private let threshold = Atomic<UInt8>(0)
    /// The pump's thread, once it runs.
    private let owner = Atomic<UInt>(0)

    package init() throws(RedisError) {
        descriptor = weir_eventfd()
        guard descriptor >= 0 else { throw RedisError(.overloaded, String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    /// Ends the current sleep, or the one that has been announced, if this is cause enough.
    @usableFromInline
    package func signal(_ cause: Cause) {
        let least = threshold.load(ordering: .sequentiallyConsistent)
        guard least > 0, cause.rawValue >= least,
            threshold.exchange(0, ordering: .sequentiallyConsistent) > 0
        else { return }
        var one: UInt64 = 1
        _ = Glibc.write(descriptor, &one, 8)
    }

    /// Lets the pump's thread run if it is awake and waits for the core that this one is on.
    ///
    /// For who has completed a batch: a scheduler lets a thread go on for milliseconds before another that was woken gets its
    /// core, and until then callers would come and the server have nothing to do. With a free core it takes less than a
    /// microsecond, and a caller on the pump's own thread does nothing.
    @usableFromInline
    package func giveWay() {
        if UInt(pthread_self()) != owner.load(ordering: .relaxed) { sched_yield() }
    }

    /// Says that this is the pump's thread.
    func belongsToThisThread() { owner.store(UInt(pthread_self()), ordering: .relaxed) }

    /// Announces a sleep.
    ///
    /// Whoever has cause after this call signals; what came before is seen by a look at the queues.
    func prepareToSleep(until cause: Cause) {
        threshold.store(cause.rawValue, ordering: .sequentiallyConsistent)
    }

    /// Ends an announced sleep.
    ///
    /// - Parameter isReadable: whether `poll` reported the descriptor; it stays readable until read.
    func awaken(isReadable: Bool) {
        threshold.store(0, ordering: .sequentiallyConsistent)
        guard isReadable else { return }
        var count: UInt64 = 0
        _ = Glibc.read(descriptor, &count, 8)
    }
}
