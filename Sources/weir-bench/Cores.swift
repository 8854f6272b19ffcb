import Foundation
import LocalServers

/// Which core is whose: the client on one and the server on another, if there are two.
struct Cores: Sendable {
    /// Nil if there is only one.
    let server: Int?
    private let client: Int
    /// How many there are.
    private let count: Int

    init() {
        // Once it is on its core, it may see no other.
        let told = ProcessInfo.processInfo.environment[Self.mark].flatMap { Int($0) }
        count = told ?? ProcessInfo.processInfo.activeProcessorCount
        server = count > 1 ? 0 : nil
        client = count > 1 ? 1 : 0
    }

    var description: String { server == nil ? "one core for both" : "one core for each" }

    /// Says how many cores there are to a process that was started on its own.
    private static let mark = "WEIR_BENCH_CORES"

    /// Starts the program anew on the client's core, where all threads are that it will have.
    ///
    /// Swift's runtime has as many threads for tasks as the process has cores when it starts. In a process that is moved to
    /// one core later there are too many of them, which take turns there.
    func startAnewOnItsCore() {
        guard ProcessInfo.processInfo.environment[Self.mark] == nil,
            let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        else { return }
        Self.pin(ProcessInfo.processInfo.processIdentifier, to: client)
        setenv(Self.mark, "\(count)", 1)
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        // The threads that tasks run on take no signals, and what is started by one of them would take none: no Ctrl-C.
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        execv(program, arguments)
        // It returns only if it has failed.
        pthread_sigmask(SIG_SETMASK, &before, nil)
        for argument in arguments { free(argument) }
    }

    /// Moves a server that was started by this process, and so is where this process is, to the servers' core.
    func pinServer(_ process: Int32) {
        if let server { Self.pin(process, to: server) }
    }

    /// Waits for the program that does it; a machine that does not let it stays as it is.
    private static func pin(_ process: Int32, to core: Int) {
        let taskset = Process()
        taskset.executableURL = URL(filePath: "/usr/bin/env")
        taskset.arguments = ["taskset", "-a", "-c", "-p", "\(core)", "\(process)"]
        taskset.standardOutput = FileHandle.nullDevice
        do { try Spawning.alone { try taskset.run() } } catch { return }
        // Not waitUntilExit, which waits for a run loop.
        while taskset.isRunning { usleep(1000) }
    }
}
