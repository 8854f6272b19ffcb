extension TLSOptions {
    /// Whether a connection could be made with these, as far as can be seen without a server.
    ///
    /// - Throws: ``RedisError`` that names the culprit.
    package func check() throws(RedisError) { try TLSContext.check(self) }
}
