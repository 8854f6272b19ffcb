extension QuotaKeeper {
    /// What each server says of itself in `INFO`, by name; nothing in memory.
    ///
    /// - Throws: ``WeirError`` if it cannot be read.
    package func serverInformation() async throws(WeirError) -> [[String: String]] {
        try await store.serverInformation()
    }
}
