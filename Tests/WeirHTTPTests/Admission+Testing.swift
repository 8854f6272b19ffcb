import HTTPTypes
import TestSupport
import WeirHTTP

extension Admission {
    /// The passage of an admitted request.
    var passage: Passage {
        get throws {
            guard case .admitted(let passage) = self else { throw RedisServer.Failure(description: "refused: \(self)") }
            return passage
        }
    }

    /// The response to a refused request.
    var refusal: (response: RefusalResponse, fields: HTTPFields) {
        get throws {
            guard case .refused(let response, let fields) = self else {
                throw RedisServer.Failure(description: "admitted: \(self)")
            }
            return (response, fields)
        }
    }
}
