/// Whether something comes true within a time that is long enough for a busy machine.
package func eventually(
    within limit: Duration = .seconds(15),
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}
