/// All creation quotas in memory, decided over exactly as `lua/create.lua` does.
package struct CreationLedger: Sendable {
    private struct Operation: Sendable {
        let least: Int
        let most: Int
        let charged: Int
        let endsAt: Int
    }

    /// How long an operation is remembered, in microseconds: a day.
    private static let operationLife = 86_400_000_000

    private var accounts: [[UInt8]: CreationAccount] = [:]
    private var operations: [[UInt8]: Operation] = [:]
    private var sweepAbove = 1024

    package init() {}

    /// How many operations are remembered, some of them perhaps for longer than a day.
    package var operationCount: Int { operations.count }

    /// Decides a call and charges what is admitted; `now` is in microseconds since the epoch.
    ///
    /// `override` is the limit that an operator has set, if it holds at this time.
    package mutating func decide(_ request: CreationRequest, override: Int?, at now: Int) -> CreationVerdict {
        var account = accounts[request.keys.quota] ?? CreationAccount()
        if let key = request.keys.operation, let operation = operations[key], operation.endsAt > now {
            guard operation.least == request.least, operation.most == request.most else {
                return CreationVerdict(time: now, status: .otherOperation)
            }
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
            remember(
                Operation(
                    least: request.least,
                    most: request.most,
                    charged: verdict.charged,
                    endsAt: now + Self.operationLife
                ),
                under: key,
                at: now
            )
        }
        return verdict
    }

    private mutating func remember(_ operation: Operation, under key: [UInt8], at now: Int) {
        operations[key] = operation
        // Nothing else removes operations that are not repeated. Each survivor has paid for the next sweep.
        guard operations.count > sweepAbove else { return }
        operations = operations.filter { $0.value.endsAt > now }
        sweepAbove = max(1024, 2 * operations.count)
    }
}
