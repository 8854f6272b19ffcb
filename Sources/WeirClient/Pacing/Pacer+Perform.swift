internal import HTTPTypes

extension Pacer {
    /// Sends a request when its turn comes, and again when it was refused.
    ///
    /// - A refusal (429, see ``Settings/refusals``) is answered by waiting as long as the server told; such a request never
    ///   ran, so it is sent again whatever it is.
    /// - An error, or a status of 500, 502, 503 or 504, is answered by a random wait, up to 100, 200, 400 ms …, if the
    ///   request is idempotent; otherwise it is passed on.
    ///
    /// A request is sent at most 5 times and waits at most 2 minutes in all, by the default ``settings``.
    ///
    /// - Parameters:
    ///   - isIdempotent: whether it may run twice: see `HTTPRequest.Method.isIdempotent`.
    ///   - isRepeatable: whether it can be sent again at all. A request whose body is a stream may not: it is sent once, and a
    ///     refusal is passed on as the response.
    ///   - isolation: the actor on which `send` runs: the caller's.
    ///   - send: sends the request and returns the response when its header has come.
    ///   - reading: the status and the fields of a response.
    ///   - discard: called with each response that is not returned.
    /// - Returns: the response; also one of the statuses above, if the last attempt has it.
    /// - Throws: what `send` throws, if it is not tried again; ``PacerError`` if the server refuses each attempt, the wait
    ///   would be too long, or the task is cancelled while it waits.
    public func perform<Answer>(
        isIdempotent: Bool = false,
        isRepeatable: Bool = true,
        isolation: isolated (any Actor)? = #isolation,
        _ send: () async throws -> Answer,
        reading: (Answer) -> PacedResponse,
        discard: (Answer) async -> Void = { _ in }
    ) async throws -> Answer {
        let place = place()
        var failures = 0
        var attempt = 0
        while true {
            attempt += 1
            let isLast = attempt >= settings.mostAttempts || !isRepeatable
            let turn = try await turn(place)
            let answer: Answer
            do {
                answer = try await send()
            } catch {
                turn.failed()
                failures += 1
                guard isIdempotent, !isLast, !(error is CancellationError),
                    try await pause(afterFailures: failures, before: place.deadline)
                else { throw error }
                continue
            }
            let response = reading(answer)
            switch turn.finished(response) {
            case .answered: return answer
            case .refused:
                guard isRepeatable else { return answer }
                await discard(answer)
                if isLast {
                    throw PacerError.refused(response.status, attempts: attempt, retryAfter: standing.moreIn ?? .zero)
                }
            case .failed:
                failures += 1
                guard isIdempotent, !isLast, response.status.isPassing,
                    try await pause(afterFailures: failures, before: place.deadline)
                else { return answer }
                await discard(answer)
            }
        }
    }

    /// Waits before what has failed is tried again.
    ///
    /// - Parameters:
    ///   - failures: how often it has failed.
    ///   - deadline: until when it may wait.
    /// - Returns: false if there is no time left.
    /// - Throws: ``PacerError`` if the task is cancelled.
    private func pause(afterFailures failures: Int, before deadline: Duration) async throws(PacerError) -> Bool {
        let end = time.now() + settings.backoff.wait(afterFailures: failures, random: random())
        guard end < deadline else { return false }
        while time.now() < end {
            do { try await time.sleep(end) } catch { throw .cancelled }
        }
        return true
    }
}

extension HTTPResponse.Status {
    /// Whether a server that answers so may do better soon.
    fileprivate var isPassing: Bool { [500, 502, 503, 504].contains(code) }
}
