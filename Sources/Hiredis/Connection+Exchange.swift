internal import CHiredis
internal import Glibc

/// What hiredis does by itself, for measuring it.
extension Connection {
    /// Sends all commands at once and waits for their replies; returns how many were errors.
    ///
    /// hiredis formats the commands and builds the replies as it does for anybody, so that it is measured as it is.
    func exchange(_ commands: [PlainCommand]) throws(RedisError) -> Int {
        guard session == nil else { throw RedisError(.unsuitable, "hiredis by itself speaks no TLS") }
        becomeBlocking()
        defer {
            becomeNonBlocking()
            replies.serve(context.pointee.reader)
        }
        context.pointee.reader.pointee.fn = standardFunctions
        for command in commands {
            guard command.append(to: context) == REDIS_OK else { throw failure(0) }
        }
        var errors = 0
        for _ in commands {
            var reply: UnsafeMutableRawPointer?
            guard redisGetReply(context, &reply) == REDIS_OK, let reply else { throw failure(errno) }
            if reply.assumingMemoryBound(to: redisReply.self).pointee.type == REDIS_REPLY_ERROR { errors += 1 }
            freeReplyObject(reply)
        }
        return errors
    }

    private func becomeBlocking() {
        _ = fcntl(context.pointee.fd, F_SETFL, fcntl(context.pointee.fd, F_GETFL) & ~O_NONBLOCK)
        weir_set_blocking_flag(context, 1)
    }

    private func becomeNonBlocking() {
        _ = fcntl(context.pointee.fd, F_SETFL, fcntl(context.pointee.fd, F_GETFL) | O_NONBLOCK)
        weir_set_blocking_flag(context, 0)
    }
}
