#if Hummingbird
import Foundation
import Weir

/// All that a run has shown, as it is printed and as `--json` writes it.
struct Findings: Sendable, Encodable {
    struct Row: Sendable, Encodable {
        let token: String
        let endpoint: String
        let limit: Int
        let windowSeconds: Int
        let admittedByInstance: [String: Int]
        let admitted: Int
        let refused: Int
        let failed: Int
        let exact: Bool
        let fault: String?
    }

    struct Group: Sendable, Encodable {
        let name: String
        let limit: Int
        /// What the clients saw admitted.
        let admitted: Int
        /// What `X-Rate-Limit-Remaining` says has been counted.
        let counted: Int
        let exact: Bool
    }

    /// One promise of the portal, and whether it was kept.
    struct Check: Sendable, Encodable {
        let promise: String
        let expected: String
        let seen: String
        let exact: Bool

        init(_ promise: String, expected: String, seen: String) {
            self.promise = promise
            self.expected = expected
            self.seen = seen
            exact = expected == seen
        }
    }

    struct Response: Sendable, Encodable {
        let status: Int
        let fields: [String: String]

        init(_ probe: Probe) {
            status = probe.status
            fields = Dictionary(probe.fields, uniquingKeysWith: { first, _ in first })
        }
    }

    struct Wait: Sendable, Encodable {
        let resetSeconds: Int
        let statusAfterwards: Int
        let admitted: Bool
    }

    let instances: [String]
    let seconds: Int
    let rows: [Row]
    let group: Group
    let admittedResponse: Response
    let refusedResponse: Response
    let portal: [Check]
    let wait: Wait
    let exact: Bool

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(filePath: path))
    }
}

extension Findings.Row {
    init(_ tally: Tally) {
        let fault = tally.fault
        self.init(
            token: tally.token,
            endpoint: tally.endpoint.rawValue,
            limit: tally.limit.count,
            windowSeconds: Int(tally.limit.window.components.seconds),
            admittedByInstance: tally.admittedBy,
            admitted: tally.admitted,
            refused: tally.refused,
            failed: tally.failed,
            exact: fault == nil,
            fault: fault
        )
    }
}
#endif
