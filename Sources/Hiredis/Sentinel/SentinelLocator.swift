internal import Synchronization

/// Finds the primary by asking Sentinels, one after another.
package final class SentinelLocator: ServerLocator {
    let set: SentinelSet
    /// How Sentinels are talked to, and who we are there.
    let options: ConnectionOptions
    private let order: Mutex<SentinelOrder>

    /// - Parameters:
    ///   - set: the Sentinels, one at least.
    ///   - options: how they are talked to; of these, what is about servers with data is ignored.
    package init(_ set: SentinelSet, options: ConnectionOptions) {
        precondition(!set.sentinels.isEmpty, "there is no Sentinel to ask")
        self.set = set
        self.options = options
        order = Mutex(SentinelOrder(count: set.sentinels.count))
    }

    package func locate(before deadline: ContinuousClock.Instant) throws(RedisError) -> RedisAddress {
        let credentials = try options.credentials?()
        var search = SentinelSearch(order.withLock { $0 }, before: deadline)
        while let (place, share) = search.next(at: .now) {
            do throws(RedisError) {
                let conversation = try conversation(withSentinel: place, as: credentials, before: share)
                let primary = set.primary(at: try conversation.primary(before: share))
                order.withLock { $0.answered(place) }
                return primary
            } catch {
                search.failed(place, because: error)
                order.withLock { $0.failed(place) }
            }
        }
        throw search.failure(of: set)
    }

    /// A conversation with one of the Sentinels, by its place in the address.
    func conversation(
        withSentinel place: Int,
        as credentials: ServerCredentials?,
        before deadline: ContinuousClock.Instant
    ) throws(RedisError) -> SentinelConversation {
        try SentinelConversation(
            with: set.sentinels[place],
            as: credentials,
            of: set,
            options: options,
            before: deadline
        )
    }

    /// Asks this Sentinel first from now on: it knows of something new.
    func prefer(_ place: Int) { order.withLock { $0.answered(place) } }

    package var adviceOnReplica: String {
        "a Sentinel called it the primary, so they are not of one mind yet; another one is asked next"
    }

    package func failed(at address: RedisAddress, because error: RedisError) -> RedisError {
        // Another one may know better than the one that answered.
        order.withLock { order in
            if let first = order.places.first { order.failed(first) }
        }
        return error.saying("the primary '\(set.shownName)' at \(address.endpoint): \(error.message)")
    }

    package var description: String { self.set.description }
}
