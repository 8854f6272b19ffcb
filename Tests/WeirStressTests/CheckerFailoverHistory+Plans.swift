import SeededRandom
import StressChecker
import StressHistory
import TestSupport

extension CheckerFailoverHistory {
    mutating func makeWindows() {
        var terms: [CheckerToyServer.Terms] = []
        var tag = 0
        for primary in 0..<2 {
            for _ in 0..<Self.ownersOfEach {
                while KeySlot.slot(of: "{g=\(tag)}") / 8192 != primary { tag += 1 }
                let first = terms.count
                terms += (0..<2).map { _ in makeTerms() }
                // A pool and a part of it.
                var pool = makeTerms()
                pool.limit = options.isPlain ? 100_000 : random.element([30, 300])
                terms += [pool, .init(limit: nil, period: pool.period, wideSlice: pool.wideSlice)]
                for window in first..<terms.count {
                    let number = names.number(of: WindowNames.Name(rule: "rule\(window)", subject: "owner \(tag)"))
                    names.setKey("weir:{g=\(tag)}:rule\(window)", of: number)
                }
                owners.append((primary, Array(first..<terms.count)))
                tag += 1
            }
        }
        server = CheckerToyServer(terms)
    }

    private mutating func makeTerms() -> CheckerToyServer.Terms {
        if options.isPlain { return .init(limit: 100_000, period: 60_000_000, wideSlice: 60_000_000 / 128 + 1) }
        let period = random.element([100_000, 1_000_000, 5_000_000, 8_000_000])
        let limit = random.once(in: 6) ? nil : random.element([1, 10, 60, 128, 129, 300])
        return .init(limit: limit, period: period, wideSlice: period / random.element([4, 16, 128]))
    }

    mutating func makePlans() -> [Plan] {
        var plans: [Plan] = []
        var time = Self.start + random.number(0...1_000_000)
        for operation in 0..<options.count {
            if !random.once(in: 3) { time += random.number(0...random.element([30, 3000, 20_000, 40_000])) }
            let owner = random.number(0...(owners.count - 1))
            var cost = random.once(in: 4) ? random.number(1...8) : 1
            if random.once(in: 15) { cost = 0 }
            if options.refunds > 0, random.once(in: options.refunds) { cost = -random.number(1...4) }
            let attempt = Attempt(
                process: random.number(0...2),
                operation: operation,
                cost: cost,
                sent: time - random.number(0...2000),
                done: time + random.number(0...2000),
                outcome: .unknown
            )
            plans.append(plan(attempt, owner, at: time))
        }
        let end = max(time, plans.map(\.time).max() ?? 0)
        planFailovers(until: end)
        // In the end somebody looks at everything.
        for owner in owners.indices {
            let attempt = Attempt(
                process: 3,
                operation: owner,
                cost: 0,
                sent: end,
                done: end + 5_000_000,
                outcome: .unknown
            )
            plans.append(
                Plan(
                    attempt: attempt,
                    owner: owner,
                    windows: owners[owner].windows,
                    pools: [3: 2],
                    time: end + 2_500_000 + owner,
                    isUnknown: false,
                    isCarriedOut: true
                )
            )
        }
        return plans.sorted { ($0.time, $0.attempt.operation) < ($1.time, $1.attempt.operation) }
    }

    private mutating func plan(_ attempt: Attempt, _ owner: Int, at time: Int) -> Plan {
        let own = owners[owner].windows
        var windows = own.prefix(2).filter { _ in random.once(in: 2) }
        var pools: [Int: Int] = [:]
        if windows.isEmpty || random.once(in: 3) {
            pools[windows.count + 1] = windows.count
            windows += own.suffix(2)
        }
        let isUnknown = options.unknowns > 0 && random.once(in: options.unknowns)
        return Plan(
            attempt: attempt,
            owner: owner,
            windows: windows,
            pools: pools,
            time: isUnknown ? random.number(attempt.sent...(attempt.done + 800_000)) : time,
            isUnknown: isUnknown,
            isCarriedOut: !isUnknown || random.once(in: 2)
        )
    }

    private mutating func planFailovers(until end: Int) {
        for number in (0...options.failovers).dropFirst() {
            let from = Self.start + (end - Self.start) * number / (options.failovers + 1) + random.number(0...1000)
            let primary = options.defect == nil ? random.number(0...1) : 0
            let promoted = from + random.number(400_000...700_000)
            let fault = Fault(
                kind: .failover,
                from: from,
                until: promoted + random.number(0...100_000),
                slots: Self.slots[primary],
                promoted: promoted
            )
            made.append(Made(fault: fault, primary: primary))
        }
    }
}
