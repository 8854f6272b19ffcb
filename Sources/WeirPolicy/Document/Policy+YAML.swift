internal import Weir
internal import Yams

extension Policy {
    /// Reads a policy from one YAML document of at most 1 MB.
    ///
    /// What is not known is an error, and so is a key that is written twice; every complaint says where and what to do.
    ///
    /// - Parameter yaml: the document.
    /// - Throws: ``PolicyError`` with everything that is wrong with it; a limiter can be made from what is returned.
    public init(yaml: String) throws(PolicyError) {
        let root = try PolicyText(yaml).root()
        var reader = PolicyReader()
        let policy = reader.policy(root)
        guard reader.complaints.isEmpty else { throw PolicyError(.invalid, reader.complaints) }
        do throws(WeirError) {
            self = try policy.validated()
        } catch {
            throw PolicyError(.invalid, [PolicyComplaint(line: 1, column: 1, message: error.message)])
        }
    }

    /// Reads a policy from a file of YAML.
    ///
    /// - Parameter path: the file, in UTF-8.
    /// - Throws: ``PolicyError`` of ``PolicyError/Code/unreadable`` if there is no such file or it cannot be read, of another
    ///   code if it is not a policy.
    public init(contentsOf path: String) throws(PolicyError) {
        try self.init(yaml: PolicyText.contents(of: path))
    }
}
