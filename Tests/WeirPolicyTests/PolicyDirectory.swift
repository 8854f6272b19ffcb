import Foundation
import WeirPolicy

/// A directory of its own for a policy file, gone when it is released.
final class PolicyDirectory: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "weir-policy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var file: String { url.appending(path: "policy.yaml").path }

    static func yaml(_ limit: Int) -> String {
        "version: 1\nrules: [{name: group, per: group, limit: \(limit)/minute}]\n"
    }

    /// Writes into the file itself, as an editor may.
    func write(_ text: String, to name: String = "policy.yaml") throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }

    /// Writes beside it and renames over it, as careful programs do.
    func replace(_ text: String) throws {
        try write(text, to: "new")
        guard rename(url.appending(path: "new").path, file) == 0 else { throw POSIXError(.EIO) }
    }

    /// A version of the file as Kubernetes mounts one: a link to a file in a linked directory.
    func mount(_ text: String, version: String) throws {
        let files = FileManager.default
        let directory = url.appending(path: version)
        try files.createDirectory(at: directory, withIntermediateDirectories: false)
        try Data(text.utf8).write(to: directory.appending(path: "policy.yaml"))
        try files.createSymbolicLink(atPath: url.appending(path: "..new").path, withDestinationPath: version)
        guard rename(url.appending(path: "..new").path, url.appending(path: "..data").path) == 0 else {
            throw POSIXError(.EIO)
        }
        if !files.fileExists(atPath: file) {
            try files.createSymbolicLink(atPath: file, withDestinationPath: "..data/policy.yaml")
        }
    }

    func remove() throws { try FileManager.default.removeItem(atPath: file) }
}
