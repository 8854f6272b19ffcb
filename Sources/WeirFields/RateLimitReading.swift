public import HTTPTypes

/// What the fields of a response tell of limits, in whichever dialect.
///
/// Fields are not trusted: what is malformed is ignored, what is longer than 8 KB too, and no number is negative. Of several
/// dialects in one response all are read.
///
/// ```swift
/// let reading = RateLimitReading(response.headerFields, receivedAt: now)
/// if let wait = reading.retryAfter ?? reading.tightest?.reset { try await Task.sleep(for: wait) }
/// ```
///
/// | field | what is read |
/// |---|---|
/// | `RateLimit: "endpoint";r=4;t=58` | draft-ietf-httpapi-ratelimit-headers-08 and later; an item that is wrong is ignored |
/// | `RateLimit: limit=5, remaining=4, reset=58` | draft 07; `limit` and `reset` are required, or the field is ignored |
/// | `RateLimit-Limit`, `-Remaining`, `-Reset` | the drafts up to 06, each ignored if it is wrong; `100, 100;w=10` is a limit with its window |
/// | `X-RateLimit-*`, `X-Rate-Limit-*` | numbers; fractions are rounded to the safe side, and where the limit is negative, nothing is limited |
/// | `RateLimit-Policy` | units, windows and what is counted, by name; in the drafts up to 07 by the limit: `100;w=60` |
///
/// A reset is read by its magnitude: below 1,000,000,000 it is seconds from now, from there on seconds since the epoch, from
/// 100,000,000,000 on milliseconds since the epoch; from 100,000,000,000,000 on it is ignored. One that is past is zero. In
/// the two `X-` families it may also be a date of RFC 9110 or RFC 3339. Draft 07 and later have seconds from now alone.
public struct RateLimitReading: Sendable, Hashable {
    /// Where the limits stand, at most 32; empty if nothing could be read.
    ///
    /// Those of the most precise dialect come first: ``Dialect/list``, ``Dialect/dictionary``, ``Dialect/trio``,
    /// ``Dialect/xRateLimit``, ``Dialect/xRateLimitEpoch``. The same limit may be told in several. A policy whose limit is not
    /// told is a report without what is left of it.
    public let reports: [LimitReport]
    /// How long to wait, from `Retry-After`; nil if there is none that can be read.
    ///
    /// Seconds, or a date in one of the three forms of RFC 9110; a date that is past is zero. Fractions of seconds, which
    /// the RFC has not, are rounded up. Of several the longest.
    public let retryAfter: Duration?
    /// The dialects that something was read of.
    public let dialects: Set<Dialect>

    /// Reads the fields of a response.
    ///
    /// - Parameters:
    ///   - fields: all header fields of the response. The `Date` among them, if it can be read, is the time from which dates
    ///     and seconds since the epoch are counted: the server's clock, and not the client's.
    ///   - time: when it was received, since the epoch, for responses without a `Date`.
    public init(_ fields: HTTPFields, receivedAt time: Duration) {
        let reader = FieldReader(fields, receivedAt: time)
        retryAfter = reader.retryAfter()
        var reports: [LimitReport] = []
        var dialects: Set<Dialect> = []
        for (dialect, found) in reader.found() where !found.isEmpty {
            reports += found
            dialects.insert(dialect)
        }
        self.reports = Array(reports.prefix(FieldReader.most))
        self.dialects = dialects
    }

    /// The limit that leaves least; among equals the one that resets last.
    ///
    /// A report that does not say what is left comes after all that do. Nil if there are no reports.
    public var tightest: LimitReport? { reports.tightest }
}
