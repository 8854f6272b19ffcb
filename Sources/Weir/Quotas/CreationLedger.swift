/// All creation quotas in memory, decided over exactly as `lua/create.lua` does.
package struct CreationLedger: Sendable {
    private struct Operation: Sendable {
        let least: Int
        let most: Int
        let charged: Int
    }

    /// How long an operation is remembered, in microseconds: a day.
    private static let operationLife = Duration.day.microseconds

    private var accounts: [[UInt8]: CreationAccount] = [:]
    private var operations = ExpiringValues<Operation>()

    package init() {}

    /// How many operations are remembered, some of them perhaps for longer than a day.
    package var operationCount: Int { operations.count }

    /// Decides a call and charges what is admitted; `now` is in microseconds since the epoch.
    ///
    /// `override` is the limit that an operator has set, if it holds at this time; `isReadable` whether it is one.
    package mutating func decide(
        _ request: CreationRequest,
        override: Int?,
        isReadable: Bool = true,
        at now: Int
    ) -> CreationVerdict {
        var account = accounts[request.keys.quota] ?? CreationAccount()
        let operation = request.keys.operation.flatMap { operations.value($0, at: now) }
        if let operation, operation.least != request.least || operation.most != request.most {
            return CreationVerdict(time: now, status: .otherOperation)
        }
        guard isReadable else { return CreationVerdict(time: now, status: .unreadableLimit) }
        if let operation {
            let charged = operation.charged
            return account.verdict(.repeated, charged: charged, quota: request.quota, override: override, at: now)
        }
        let verdict = account.decide(
            least: request.least,
            most: request.most,
            quota: request.quota,
            override: override,
            at: now
        )
        guard request.most != 0 else { return verdict }
        accounts[request.keys.quota] = account.used == 0 && account.reached == nil ? nil : account
        if let key = request.keys.operation, verdict.status == .done {
            let operation = Operation(least: request.least, most: request.most, charged: verdict.charged)
            operations.keep(operation, under: key, for: Self.operationLife, at: now)
        }
        return verdict
    }
}
