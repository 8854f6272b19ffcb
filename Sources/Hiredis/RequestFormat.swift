/// How requests of one kind become a command, and its reply their answers.
@usableFromInline
package protocol RequestFormat: Sendable {
    associatedtype Request: Sendable
    associatedtype Response: Sendable
    /// At the places of their requests, from 0 on.
    associatedtype Responses: RandomAccessCollection<Response> where Responses.Index == Int

    /// The most requests that go out as one command.
    var batchSize: Int { get }
    /// Whether who would wait beyond its deadline, by how long others take, is turned away at once.
    var turnsAwayTheHopeless: Bool { get }

    /// The slot that a request is for, if the server is one of a cluster's: a command has requests of one slot alone.
    func slot(of request: Request) -> HashSlot?

    /// By which edition of the terms that it is decided by a request was made: a command has requests of one edition alone.
    func edition(of request: Request) -> Int

    /// Is told how many waited when a batch was made, those in it among them.
    func waited(_ count: Int)

    /// One command for all of the requests, and what reads its reply: a response for each, or nil if it makes no sense.
    func command(for requests: [Request]) -> (command: Command, read: @Sendable (Reply) -> Responses?)
}

extension RequestFormat {
    @inlinable
    package func slot(of request: Request) -> HashSlot? { nil }

    @inlinable
    package func edition(of request: Request) -> Int { 0 }

    @inlinable
    package func waited(_ count: Int) {}
}

/// Commands as they are, one at a time.
package struct SingleCommands: RequestFormat {
    @usableFromInline package let batchSize = 1
    /// What one command takes says nothing of another.
    @usableFromInline package let turnsAwayTheHopeless = false

    package init() {}

    @usableFromInline
    package func command(for requests: [Command]) -> (command: Command, read: @Sendable (Reply) -> [Reply]?) {
        (requests[0], { [$0] })
    }
}
