/// Where Sentinels say that the primary is, and for how long that outweighs what others of them say.
///
/// Sentinels hear of a promotion one after another, and the deposed primary takes writes meanwhile, which will be lost:
/// who has heard the news does not go back there. Told what happened, it does neither I/O nor looks at a clock.
struct AnnouncedPrimary: Sendable {
    typealias Endpoint = RedisAddress.Endpoint
    typealias Instant = ContinuousClock.Instant

    /// What one Sentinel says.
    struct Statement: Sendable, Equatable {
        let endpoint: Endpoint
        /// Whether it is told as it happens; what a Sentinel answers may be older than what another one has told.
        let isNews: Bool
    }

    /// What to do with a connection.
    enum Verdict: Equatable {
        case use
        /// It leads to where the primary was when the attempt began.
        case overtaken
        /// It leads to another server than the news, which were known before.
        case contradicted
    }

    /// For how long news outweigh all else.
    ///
    /// Sentinels tell each other every two seconds and depose the old primary after ten; but a server that has been
    /// promoted may fail for good, and then another one has to be taken.
    static let validity: Duration = .seconds(10)

    private var news: (endpoint: Endpoint, until: Instant, isReached: Bool)?
    /// What was said while this attempt was under way.
    private var latest: Endpoint?

    /// An attempt to connect begins, which will know of all that has been said.
    mutating func attemptBegins() { latest = nil }

    /// - Parameters:
    ///   - statement: what a Sentinel says.
    ///   - now: when.
    /// - Returns: whether it holds; if it does, no other server is to be talked to.
    mutating func heard(_ statement: Statement, at now: Instant) -> Bool {
        if statement.isNews {
            news = (statement.endpoint, now + Self.validity, false)
        } else if let news, now < news.until, news.endpoint != statement.endpoint {
            return false
        }
        latest = statement.endpoint
        return true
    }

    /// - Parameters:
    ///   - endpoint: where a connection leads to.
    ///   - now: when it was made.
    /// - Returns: what to do with it.
    mutating func reached(_ endpoint: Endpoint, at now: Instant) -> Verdict {
        if let latest, latest != endpoint { return .overtaken }
        guard let news, news.endpoint != endpoint else {
            news?.isReached = true
            return .use
        }
        // Once it was there, what Sentinels say later is believed: it may have failed, and another one was promoted.
        return news.isReached || now >= news.until ? .use : .contradicted
    }
}
