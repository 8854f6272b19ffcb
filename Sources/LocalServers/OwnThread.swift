internal import Foundation

/// Work that blocks, on a thread of its own: a thread of Swift's concurrency must never wait.
package enum OwnThread {
    /// What `body` returns or throws; it runs on even if the caller's task is cancelled.
    package static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                // hiredis writes without MSG_NOSIGNAL, and a server that goes away must not end this process.
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                continuation.resume(with: Result { try body() })
            }
        }
    }
}
