extension WeirError {
    /// The kinds that a failure policy is for.
    private static let unavailability: Set<Code> = [
        .unreachable, .timedOut, .connectionLost, .protocolViolation, .refused, .overloaded, .tlsFailed,
        .unsuitable, .breakerOpen,
    ]

    /// Whether it means that Redis has not decided, and not that the question or the limiter is at fault.
    package var isUnavailability: Bool { Self.unavailability.contains(code) }
}
