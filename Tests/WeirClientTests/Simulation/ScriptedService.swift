import HTTPTypes
import Synchronization
import WeirClient
import WeirFields

/// A service that answers as it is told, each time after 10 ms of virtual time, and notes when it was asked.
final class ScriptedService: Sendable {
    struct Failure: Error {}

    typealias Script = @Sendable (_ request: Int, _ time: Duration) throws -> PacedResponse

    private let time: VirtualTime
    private let script: Script
    private let asked = Mutex<[Duration]>([])

    init(_ time: VirtualTime, _ script: @escaping Script) {
        self.time = time
        self.script = script
    }

    /// When each request arrived.
    var times: [Duration] { asked.withLock { $0 } }

    func request() async throws -> PacedResponse {
        let number = asked.withLock { asked in
            asked.append(time.elapsed)
            return asked.count
        }
        try await time.sleep(for: .milliseconds(10))
        return try script(number, time.elapsed)
    }
}

extension PacedResponse {
    static func status(_ code: Int, _ fields: HTTPFields = [:]) -> PacedResponse {
        PacedResponse(status: HTTPResponse.Status(code: code), fields: fields)
    }

    static func dictionary(_ code: Int = 200, limit: Int, remaining: Int, reset: Int) -> PacedResponse {
        .status(code, [.rateLimit: "limit=\(limit), remaining=\(remaining), reset=\(reset)"])
    }
}
