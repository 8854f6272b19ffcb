/// What must hold in every history, whatever was done to Redis, to the network or to the workers meanwhile.
///
/// A disturbance explains attempts whose outcome nobody knows. It excuses nothing else: no window that held too much, no
/// refusal without cause, no lost or doubled unit. Only a failover may lose units, as a ``Loss`` tells: they count no more.
package enum Invariant: String, Sendable, CaseIterable {
    /// No window admitted more than its limit in any trailing period.
    case safety = "S1"
    /// Whoever was denied did not fit.
    case refusal = "S2"
    /// A window holds what was admitted, no more and no less.
    case conservation = "S3"
    /// A decision counts in all of its windows or in none.
    case allOrNothing = "S4"
    /// What ended before something else began was decided before it.
    case order = "S5"
    /// What the caller was told is so.
    case truth = "S6"
    /// The line can be what it says it is.
    case form = "S0"

    /// A short name that does not change.
    package var code: String { rawValue }

    /// How it is checked, in a sentence.
    package var meaning: String {
        switch self {
        case .safety: "At each admission, the units of the trailing window, by their exact times, are within the limit."
        case .refusal: "At each denial, what counts and what may count leaves no room."
        case .conservation: "What a window tells of itself is what was admitted and given back, to the end."
        case .allOrNothing: "This holds for attempts whose outcome nobody knows, too."
        case .order: "What was answered before something else was asked is decided before it."
        case .truth: "remaining, reset and retryAfter are what the documented window says, to the microsecond."
        case .form: "No attempt contradicts itself."
        }
    }

    /// A few words.
    package var title: String {
        switch self {
        case .safety: "never more than the limit"
        case .refusal: "no wrong refusal"
        case .conservation: "nothing lost, nothing counted twice"
        case .allOrNothing: "all or nothing"
        case .order: "real-time order"
        case .truth: "what was told is true"
        case .form: "a line that means something"
        }
    }
}
