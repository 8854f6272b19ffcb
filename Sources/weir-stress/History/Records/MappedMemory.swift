internal import Glibc

/// A part of a file as memory that is shared with whoever else has mapped it.
struct MappedMemory: ~Copyable {
    let start: UnsafeMutableRawPointer
    private let size: Int

    /// Maps the beginning of a file, which must have that size.
    init(_ file: borrowing OpenFile, size: Int, isWritable: Bool) throws(HistoryError) {
        let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
        let mapped = mmap(nil, size, protection, MAP_SHARED, file.descriptor, 0)
        guard let mapped, mapped != MAP_FAILED else { throw HistoryError(file.path, "cannot be mapped", errno) }
        start = mapped
        self.size = size
    }

    deinit { munmap(start, size) }
}
