import Foundation
import Hiredis
import LocalServers
import Synchronization

/// A client that asks over one connection, on a thread of its own, until that connection fails.
final class RestlessClient: Sendable {
    private struct State {
        var answers = 0
        var replies: [Reply] = []
        var refusals: Set<String> = []
        var error: RedisError?
    }

    private let state = Mutex(State())

    init(_ address: RedisAddress, asking words: String...) {
        Task {
            try await OwnThread.run { [weak self] in
                do throws(RedisError) {
                    let connection = try BlockingConnection(address: address)
                    while let self {
                        var command = Command()
                        for word in words { command.append(word) }
                        let reply = try connection.reply(to: command)
                        self.state.withLock { state in
                            state.answers += 1
                            if case .error(let error) = reply { state.refusals.insert(error.code) }
                            if !state.replies.contains(reply) { state.replies.append(reply) }
                        }
                        usleep(200)
                    }
                } catch {
                    self?.state.withLock { $0.error = error }
                }
            }
        }
    }

    var answers: Int { state.withLock { $0.answers } }
    /// What the server answered, each reply once.
    var replies: [Reply] { state.withLock { $0.replies } }
    /// The kinds of errors among these.
    var refusals: Set<String> { state.withLock { $0.refusals } }
    /// How the connection failed, when it has.
    var error: RedisError? { state.withLock { $0.error } }
}
