internal import HTTPTypes
internal import RawStructuredFieldValues

extension FieldReader {
    /// What there is in each dialect, the most precise one first.
    func found() -> [(Dialect, [LimitReport])] {
        let policies = Array(items(of: .rateLimitPolicy).lazy.compactMap { LimitReport(policy: $0) }.prefix(Self.most))
        let alone = [
            (Dialect.dictionary, dictionary()), (.trio, trio()), (.xRateLimit, numbers(.xRateLimit)),
            (.xRateLimitEpoch, numbers(.xRateLimitEpoch)),
        ]
        let named = (Dialect.list, list(with: policies.filter { $0.name != nil }))
        return [named] + alone.map { ($0, $1.map { [$0.withWindow(from: policies)] } ?? []) }
    }

    /// Draft 08 and later: what is left of each limit, then the policies of which that is not told.
    private func list(with policies: [LimitReport]) -> [LimitReport] {
        var policies = policies
        var reports = Array(items(of: .rateLimit).lazy.compactMap { LimitReport(standing: $0) }.prefix(Self.most))
        for index in reports.indices {
            let exact = policies.firstIndex {
                $0.isPolicy(of: reports[index]) && $0.partitionKey == reports[index].partitionKey
            }
            guard let place = exact ?? policies.firstIndex(where: { $0.isPolicy(of: reports[index]) }) else { continue }
            reports[index].adopt(policies[place])
        }
        policies.removeAll { policy in reports.contains { policy.isPolicy(of: $0) } }
        return reports + policies
    }

    /// Draft 07, section 3.1: `limit` and `reset` are required, and members that are unknown are ignored.
    ///
    /// A member that is no integer, or negative, makes the field malformed, and so ignored.
    private func dictionary() -> LimitReport? {
        let members = members(of: .rateLimit)
        guard let limit = members.integer("limit"), let reset = members.integer("reset") else { return nil }
        let remaining = members.integer("remaining")
        guard remaining != nil || members["remaining"] == nil else { return nil }
        return LimitReport(limit: limit, remaining: remaining, reset: .seconds(reset))
    }

    /// The drafts up to 06: three fields of one integer each, of which draft 03 puts policies beside the limit.
    ///
    /// A field that is malformed is ignored, and the others stay.
    private func trio() -> LimitReport? {
        let (limit, window) = limit(in: items(of: .rateLimitLimit)) ?? (nil, nil)
        // Some servers tell the time of day here too.
        return report(
            limit,
            remaining: integer(of: .rateLimitRemaining),
            reset: integer(of: .rateLimitReset).flatMap { ResetText.wait($0, at: now) },
            window
        )
    }

    /// The families without a draft.
    ///
    /// Where the limit is negative, as some servers say that there is none, there is nothing to report.
    private func numbers(_ triple: FieldTriple) -> LimitReport? {
        var (limit, window): (Int?, Duration?) = (nil, nil)
        if let number = agreed(triple.limit, PlainNumber.init) {
            if number.isNegative { return nil }
            limit = number.roundedDown
        } else {
            (limit, window) = self.limit(in: items(of: triple.limit)) ?? (nil, nil)
        }
        return report(
            limit,
            remaining: agreed(triple.remaining, PlainNumber.init)?.roundedDown,
            reset: agreed(triple.reset) { ResetText.wait($0, at: now) },
            window
        )
    }

    private func report(_ limit: Int?, remaining: Int?, reset: Duration?, _ window: Duration?) -> LimitReport? {
        guard limit != nil || remaining != nil || reset != nil else { return nil }
        return LimitReport(limit: limit, remaining: remaining, reset: reset, window: window)
    }

    /// `100, 100;w=10, 1000;w=3600`: the limit, and the window of the policy with that limit.
    ///
    /// Anything else after the limit shows that it is no list: `1,000` is ignored.
    private func limit(in items: [Item]) -> (Int?, Duration?)? {
        guard case .integer(let limit)? = items.first?.rfc9651BareItem, limit >= 0 else { return nil }
        let policies = items.map { LimitReport(policy: $0) }
        guard zip(items, policies).allSatisfy({ $1 != nil || $0.rfc9651BareItem == .integer(limit) }) else {
            return nil
        }
        return (Int(limit), policies.lazy.compactMap(\.self).first { $0.limit == Int(limit) }?.window)
    }

    /// What all lines of a field say.
    private func agreed<Value: Equatable>(_ name: HTTPField.Name, _ read: (String) -> Value?) -> Value? {
        let values = lines(of: name).map(read)
        guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// The longest wait that is told.
    func retryAfter() -> Duration? {
        lines(of: .retryAfter).compactMap { line in
            if let number = PlainNumber(line) { return number.isNegative ? nil : .seconds(number.roundedUp) }
            return DateText.http(line, near: now).map { max(.zero, $0 - now) }
        }.max()
    }
}

extension LimitReport {
    /// By its name, and by its partition key unless one of the two lacks it.
    fileprivate func isPolicy(of report: LimitReport) -> Bool {
        name == report.name
            && (partitionKey == report.partitionKey || partitionKey == nil || report.partitionKey == nil)
    }

    fileprivate mutating func adopt(_ policy: LimitReport) {
        (limit, window, unit) = (policy.limit, policy.window, policy.unit)
        partitionKey = partitionKey ?? policy.partitionKey
    }

    /// With the window of the policy without a name that has the same limit.
    fileprivate func withWindow(from policies: [LimitReport]) -> LimitReport {
        var report = self
        report.window = window ?? policies.first { $0.name == nil && $0.limit == limit }?.window
        return report
    }
}

extension OrderedMap<String, ItemOrInnerList> {
    /// A member that is an integer and not negative.
    fileprivate func integer(_ key: String) -> Int? {
        guard case .item(let item)? = self[key], case .integer(let number) = item.rfc9651BareItem, number >= 0 else {
            return nil
        }
        return Int(number)
    }
}
