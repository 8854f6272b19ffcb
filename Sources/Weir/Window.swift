/// One rule applied to one subject: one Redis key, one count.
package struct Window: Sendable, Hashable {
    package let key: [UInt8]
    package let terms: Terms

    package init(key: [UInt8], terms: Terms) {
        self.key = key
        self.terms = terms
    }
}
