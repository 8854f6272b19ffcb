/// Brings the requests of a queue to a pump.
///
/// A pump calls its sources through a protocol, and what is called so of a generic type is compiled once for all types,
/// which is several times slower. A type that conforms to this one is not generic, and gets methods of its own.
@usableFromInline
package protocol QueueSource: CommandSource {
    associatedtype Format: RequestFormat

    var queue: RequestQueue<Format> { get }
}

extension QueueSource {
    @inlinable package var isWaiting: Bool { queue.isWaiting }
    @inlinable package var isBusy: Bool { queue.isBusy }

    @inlinable
    package func isReady(whileBusy: Bool) -> Bool { queue.isReady(whileBusy: whileBusy) }

    @inlinable
    package func next(whileBusy: Bool, atMost most: Int) -> [OutgoingCommand] {
        queue.next(whileBusy: whileBusy, atMost: most)
    }

    @inlinable
    package func expire(at now: ContinuousClock.Instant, obstacle: RedisError?) {
        queue.expire(at: now, obstacle: obstacle)
    }

    @inlinable
    package func close() { queue.close() }

    @inlinable
    package func abandon(with error: RedisError) { queue.abandon(with: error) }
}
