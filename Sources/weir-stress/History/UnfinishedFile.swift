internal import Glibc

/// A file that bears its name only when it is whole.
///
/// Until then it is called `.part`, and it is removed if it is given up.
struct UnfinishedFile: ~Copyable {
    private let path: String
    private var file: OpenFile
    private var isFinished = false

    private var partPath: String { path + ".part" }

    init(path: String) throws(HistoryError) {
        var status = stat()
        // What is renamed takes the place of anything, be it a device.
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw HistoryError("\(path) is not a file: name one that is, or that is not there yet")
        }
        file = try OpenFile(path: path + ".part", flags: O_WRONLY | O_CREAT | O_TRUNC)
        self.path = path
    }

    deinit {
        if !isFinished { _ = unlink(partPath) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(HistoryError) { try file.write(bytes) }

    /// Closes the file and gives it its name; nothing may be written afterwards.
    mutating func finish() throws(HistoryError) {
        guard !isFinished else { return }
        try file.close()
        guard rename(partPath, path) == 0 else { throw HistoryError(path, "cannot be given its name", errno) }
        isFinished = true
    }
}
