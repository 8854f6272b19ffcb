internal import CHiredis
internal import Glibc

/// A thread of its own for work that blocks, which Swift's cooperative threads must never do.
enum SystemThread {
    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Runs `body` on a new detached thread on which a write to a closed socket raises no SIGPIPE.
    ///
    /// hiredis writes without MSG_NOSIGNAL, and the process-wide handler belongs to the host.
    static func start(named name: String, _ body: @escaping @Sendable () -> Void) throws(RedisError) {
        let argument = Unmanaged.passRetained(Body(name: name, run: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            &attributes,
            { argument in
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                weir_name_thread(body.name)
                body.run()
                return nil
            },
            argument.toOpaque()
        )
        pthread_attr_destroy(&attributes)
        guard status != 0 else { return }
        argument.release()
        throw RedisError(.overloaded, "a thread could not be started: \(String(cString: strerror(status)))")
    }
}
