internal import Foundation

/// Looks ten times a second how often a process has tried to connect to Redis, and writes it down.
///
/// A line `from until made` for each look that finds new attempts: between these two times, in microseconds since the
/// epoch, there were so many. It is written at once, so that what a worker has seen is there when it is killed.
struct ConnectionWatch: Sendable {
    private static let pause = Duration.milliseconds(100)

    private let file: FileHandle
    /// How many attempts there were so far, successful or not.
    private let count: @Sendable () -> Int

    init(writingTo path: String, count: @escaping @Sendable () -> Int) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        file = try FileHandle(forWritingTo: URL(filePath: path))
        self.count = count
    }

    /// Watches until the task is cancelled, and looks once more then.
    func run() async throws {
        var (from, before) = (EpochClock.now, 0)
        repeat {
            try? await Task.sleep(for: Self.pause)
            let (made, until) = (count(), EpochClock.now)
            if made > before { try file.write(contentsOf: Data("\(from) \(until) \(made - before)\n".utf8)) }
            (from, before) = (until, made)
        } while !Task.isCancelled
    }
}
