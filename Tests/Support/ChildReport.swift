/// What a worker process reports that started a child while its connections were open, as JSON.
package struct ChildReport: Codable, Sendable {
    /// The sockets of the worker itself, by their numbers.
    package let own: Set<Int>
    /// The one of them that was made to be inherited, to prove that the child was looked at.
    package let inheritable: Int
    /// The sockets that the child has.
    package let inherited: Set<Int>

    package init(own: Set<Int>, inheritable: Int, inherited: Set<Int>) {
        self.own = own
        self.inheritable = inheritable
        self.inherited = inherited
    }
}
