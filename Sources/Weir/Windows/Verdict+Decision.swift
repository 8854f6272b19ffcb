extension Verdict {
    /// What it says to whoever asked, or the error that it means.
    func decision(on request: DecisionRequest, under rules: [Rule]) throws(WeirError) -> Decision {
        let usages = usages(of: request, under: rules)
        func usage(charged: Int) -> Usage {
            Usage(
                rules: usages,
                charged: charged,
                time: time,
                source: source,
                failure: nil,
                place: start
            )
        }
        switch status {
        case .allowed(let charged):
            return .allowed(usage(charged: max(0, charged)))
        case .denied(let retryAfter):
            return .denied(Denial(usage(charged: 0), of: request.least, wait: retryAfter))
        case .never(0):
            return .denied(Denial(usage(charged: 0), of: request.least, wait: nil))
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
}
