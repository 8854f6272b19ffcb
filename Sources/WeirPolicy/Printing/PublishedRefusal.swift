internal import HTTPTypes
internal import Weir
internal import WeirHTTP

/// A refusal as the documentation of one endpoint shows it.
struct PublishedRefusal {
    let refusal: Refusal
    /// Why it is refused, as a sentence.
    let reason: String
    /// With which header fields.
    let fields: [FieldExample]
    /// Whether `Retry-After` is no promise.
    let guessesWait: Bool
}

extension Policy {
    /// What may be answered instead of the endpoint: by its limits, by its quota, and because Redis does not decide.
    func publishedRefusals(of endpoint: Endpoint) -> [PublishedRefusal] {
        let limits = publishedLimits(of: endpoint.name)
        var refusals = publishedRefusals(by: limits)
        if let quota = endpoint.quota {
            let refusal = responses.refusal(by: quota)
            let reason = "The quota is exhausted: `\(refusal.code)`."
            // The limits had let the request in, and have counted it.
            let fields = FieldExample.fields(for: limits, in: responses)
            refusals.append(PublishedRefusal(refusal: refusal, reason: reason, fields: fields, guessesWait: false))
        }
        if mayBeUnavailable {
            let refusal = responses.unavailable
            let reason = "Limits cannot be checked: `\(refusal.code)`."
            let fields = FieldExample.unavailable(in: responses)
            refusals.append(PublishedRefusal(refusal: refusal, reason: reason, fields: fields, guessesWait: true))
        }
        return refusals
    }

    /// What each of these limits answers when it refuses alone.
    func publishedRefusals(by limits: [PublishedLimit]) -> [PublishedRefusal] {
        limits.compactMap { limit in
            guard let count = limit.count else { return nil }
            let bound = "\(Words.number(count)) in \(Words.time(limit.window)) by \(limit.scope)"
            return PublishedRefusal(
                refusal: limit.refusal,
                reason: "More than \(bound): `\(limit.refusal.code)`.",
                fields: FieldExample.fields(for: limits, refusedBy: limit, in: responses),
                guessesWait: false
            )
        }
    }
}
