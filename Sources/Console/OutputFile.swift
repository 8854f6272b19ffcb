internal import Foundation

/// A file that a command is to write in the end.
package enum OutputFile {
    /// What speaks against it, nil if nothing does: to be said now, and not after minutes of work.
    package static func complaint(about path: String, of option: String) -> String? {
        let folder = NSString(string: path).deletingLastPathComponent
        var isDirectory: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        let isPossible = !path.isEmpty && FileManager.default.isWritableFile(atPath: folder.isEmpty ? "." : folder)
        guard isPossible, !(isThere && isDirectory.boolValue) else {
            return "'\(path)' cannot be written; \(option) names another place."
        }
        return nil
    }
}
