internal import Dispatch
internal import Hiredis
internal import Synchronization

/// Asks a service for its credentials, from a thread that may block.
struct CredentialsQuestion: Sendable {
    private final class Answer: Sendable {
        let result = Mutex<Result<Credentials, any Error>?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }

    let provider: @Sendable () async throws -> Credentials
    let timeout: Duration

    /// What the service answers, waited for on the calling thread, which is not one of Swift's concurrency.
    func ask() throws(RedisError) -> ServerCredentials {
        let answer = Answer()
        let task = Task { [provider] in
            let result: Result<Credentials, any Error>
            do { result = .success(try await provider()) } catch { result = .failure(error) }
            answer.result.withLock { $0 = result }
            answer.isThere.signal()
        }
        guard answer.isThere.wait(timeout: .now() + .microseconds(timeout.microseconds)) == .success else {
            task.cancel()
            throw RedisError(.unreachable, "the credentials were not provided in time")
        }
        switch answer.result.withLock({ $0 }) {
        case .success(let credentials):
            return ServerCredentials(user: credentials.user, password: Secret(credentials.password))
        case .failure(let error):
            throw RedisError(.unreachable, "the credentials could not be provided: \(type(of: error))")
        case nil:
            throw RedisError(.unreachable, "the credentials were not provided")
        }
    }
}
