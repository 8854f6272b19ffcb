/// One rule applied to one subject: one Redis key, one count.
package struct Window: Sendable, Hashable {
    /// The window that this one tells a part of, as an application's does of its group's.
    package struct Pool: Sendable, Hashable {
        /// Its place among the windows of the request.
        package let place: Int
        /// The key of the index that lists its parts.
        package let index: HashedKey

        package init(place: Int, index: [UInt8]) {
            self.place = place
            self.index = HashedKey(index)
        }
    }

    package let hashedKey: HashedKey
    package let terms: Terms
    package let pool: Pool?

    package init(key: [UInt8], terms: Terms, pool: Pool? = nil) {
        hashedKey = HashedKey(key)
        self.terms = terms
        self.pool = pool
    }

    package var key: [UInt8] { hashedKey.bytes }
}
