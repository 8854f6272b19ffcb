internal import Glibc

/// A file that is open, and closed when nobody holds it any more.
struct OpenFile: ~Copyable {
    let path: String
    private(set) var descriptor: Int32

    /// Opens a file with the flags of `open`; one that is created may be read by everybody.
    init(path: String, flags: Int32) throws(HistoryError) {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw HistoryError(path, "cannot be opened", errno) }
    }

    /// A file without a name in a directory: it is gone as soon as it is closed, whatever becomes of the process.
    init(temporaryIn directory: String) throws(HistoryError) {
        var template = Array("\(directory)/weir-history-XXXXXX".utf8CString)
        path = directory
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw HistoryError(directory, "cannot hold a temporary file", errno) }
        _ = unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
    }

    /// Closes the file, and tells what could not be written.
    mutating func close() throws(HistoryError) {
        guard descriptor >= 0 else { return }
        let result = Glibc.close(descriptor)
        descriptor = -1
        guard result == 0 else { throw HistoryError(path, "cannot be closed", errno) }
    }

    /// What `fstat` says.
    func status() throws(HistoryError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw HistoryError(path, "cannot be examined", errno) }
        return status
    }

    func size() throws(HistoryError) -> Int { try Int(status().st_size) }

    func truncate(to size: Int) throws(HistoryError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else {
            throw HistoryError(path, "cannot be given a length of \(size) bytes", errno)
        }
    }

    /// Takes room on the disk for some of the bytes, so that to write them does not fail.
    func reserve(_ range: Range<Int>) throws(HistoryError) {
        var code = EINTR
        while code == EINTR { code = posix_fallocate(descriptor, off_t(range.lowerBound), off_t(range.count)) }
        guard code == 0 else { throw HistoryError(path, "cannot be given room on the disk", code) }
    }

    /// Reads on; fewer bytes than there is room for only at the end.
    func read(into bytes: UnsafeMutableRawBufferPointer) throws(HistoryError) -> Int {
        try transfer(bytes.count, "read") { done in
            Glibc.read(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        }
    }

    /// Reads from a place; fewer bytes than there is room for only at the end.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(HistoryError) -> Int {
        try transfer(bytes.count, "read") { done in
            pread(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
        }
    }

    /// Writes all of it.
    func write(_ bytes: UnsafeRawBufferPointer) throws(HistoryError) {
        _ = try transfer(bytes.count, "written") { done in
            Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        }
    }

    /// Repeats a call until everything is done, or nothing more is to come; returns how much was done.
    private func transfer(
        _ total: Int,
        _ what: String,
        _ call: (_ done: Int) -> Int
    ) throws(HistoryError) -> Int {
        var done = 0
        while done < total {
            let count = call(done)
            if count > 0 {
                done += count
            } else if count == 0 {
                break
            } else if errno != EINTR {
                throw HistoryError(path, "cannot be \(what)", errno)
            }
        }
        return done
    }
}

extension HistoryError {
    /// A call of the system that failed, in the system's words.
    init(_ path: String, _ what: String, _ code: Int32) {
        self.init("\(path) \(what): \(String(cString: strerror(code)))")
    }
}
