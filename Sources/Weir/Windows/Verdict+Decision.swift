extension Verdict {
    /// What it says to whoever asked, or the error that it means.
    func decision(on request: DecisionRequest, under rules: [Rule]) throws(WeirError) -> Decision {
        let usages = usages(of: request, under: rules)
        switch status {
        case .allowed(let charged):
            return .allowed(usage(usages, charged: max(0, charged), by: source))
        case .denied, .never(0):
            return .denied(Denial(usage(usages, charged: 0, by: source), of: request.least, wait: wait))
        case .never(let ceiling):
            let rule = usages.first { $0.limit == ceiling }?.rule ?? ""
            throw WeirError(
                .neverPossible,
                "the cost \(request.least) is above the limit \(ceiling) of rule '\(rule)'; it can never be admitted"
            )
        case .unreadableLimit(let place):
            guard rules.indices.contains(place) else { throw .strangeStatus }
            throw .unreadableOverride(
                of: rules[place].name,
                request.windows[place].key,
                limits: request.limits?.bytes ?? []
            )
        case .unreadable(let place):
            guard rules.indices.contains(place) else { throw .strangeStatus }
            let key = String(decoding: request.windows[place].key, as: UTF8.self)
            throw WeirError(
                .unreadableWindow,
                "the key '\(key)' of rule '\(rules[place].name)' holds something that is not a window of Weir;"
                    + " it was left as it is. Look at it with redis-cli TYPE and GET, and remove it with DEL"
            )
        }
    }

    /// Where the windows stand, as whoever decided tells it.
    func usage(
        _ usages: [RuleUsage],
        charged: Int,
        by source: Usage.Source,
        insteadOf failure: WeirError? = nil
    ) -> Usage {
        Usage(rules: usages, charged: charged, time: time, source: source, failure: failure, place: start)
    }
}
