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
    ///   - isolation: the actor on which `send` runs: the caller's.
    ///   - send: sends the request and returns the response when its header has come.
    ///   - reading: the status and the fields of a response.
    /// - Returns: the response; also one of the statuses above, if the last attempt has it.
    /// - Throws: what `send` throws, if it is not tried again; ``PacerError`` if the server refuses each attempt, the wait
    ///   would be too long, or the task is cancelled while it waits.
    public func perform<Answer>(
        isIdempotent: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        _ send: () async throws -> Answer,
        reading: (Answer) -> PacedResponse
    ) async throws -> Answer {
        let place = place()
        var failures = 0
        var attempt = 0
        while true {
            attempt += 1
            let turn = try await turn(place)
            let answer: Answer
            do {
                answer = try await send()
            } catch {
                turn.failed()
                failures += 1
                let mayRepeat = isIdempotent && attempt < settings.mostAttempts && !(error is CancellationError)
                guard mayRepeat, try await pause(afterFailures: failures, before: place.deadline) else { throw error }
                continue
            }
            let response = reading(answer)
            switch turn.finished(response) {
            case .answered: return answer
            case .refused:
                guard attempt < settings.mostAttempts else {
                    throw PacerError.refused(response.status, attempts: attempt, retryAfter: standing.moreIn ?? .zero)
                }
            case .failed:
                failures += 1
                let mayRepeat =
                    isIdempotent && attempt < settings.mostAttempts && response.status.isPassing
                guard mayRepeat, try await pause(afterFailures: failures, before: place.deadline) else { return answer }
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
