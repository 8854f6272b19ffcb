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

        /// The same at another place.
        func moved(to place: Int) -> Pool { Pool(place: place, index: index) }

        private init(place: Int, index: HashedKey) {
            self.place = place
            self.index = index
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

    /// The same count on other terms, or as a part of a window at another place.
    func with(_ terms: Terms, pool: Pool?) -> Window { Window(hashedKey: hashedKey, terms: terms, pool: pool) }

    private init(hashedKey: HashedKey, terms: Terms, pool: Pool?) {
        self.hashedKey = hashedKey
        self.terms = terms
        self.pool = pool
    }

    package var key: [UInt8] { hashedKey.bytes }
}
