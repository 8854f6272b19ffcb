internal import Foundation

/// What tells that a file is another one, or was written to, without reading it.
///
/// Links are followed to their end, so that the swap of a link on the way is seen too, as when Kubernetes updates a
/// ConfigMap.
struct FileFingerprint: Hashable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    /// When it was written to, in nanoseconds since the epoch.
    private let modified: Int
    /// When it was written to or renamed, in nanoseconds since the epoch: no program can set it back.
    private let changed: Int
    /// Whether it is a file, and no directory or pipe.
    let isFile: Bool

    /// That of the file that a path leads to, or nil if there is none.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        #if canImport(Darwin)
        let (modification, change) = (status.st_mtimespec, status.st_ctimespec)
        #else
        let (modification, change) = (status.st_mtim, status.st_ctim)
        #endif
        modified = modification.tv_sec * 1_000_000_000 + modification.tv_nsec
        changed = change.tv_sec * 1_000_000_000 + change.tv_nsec
        isFile = status.st_mode & S_IFMT == S_IFREG
    }
}
