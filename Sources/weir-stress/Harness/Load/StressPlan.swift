/// What every worker of a run is told.
package struct StressPlan: Sendable, Codable {
    /// From which all that is random is made.
    package var seed: UInt64
    /// How many tasks ask at once in each process.
    package var tasks: Int
    /// On which threads they run.
    package var threads: TaskThreads
    /// Decisions per second of all processes together; nil for as fast as possible.
    package var rate: Double?
    /// How many processes share that rate.
    package var processes: Int
    /// Where Redis is, as the workers reach it.
    package var url: String
    /// What the keys of the run begin with.
    package var prefix: String
    /// When the load begins and ends; microseconds since the epoch.
    package var start: Int
    package var end: Int
    /// How long a call may take, in milliseconds.
    package var deadline: Int

    package init(
        seed: UInt64,
        processes: Int,
        tasks: Int,
        threads: TaskThreads = .connection,
        rate: Double?,
        url: String,
        prefix: String,
        start: Int,
        end: Int,
        deadline: Int
    ) {
        self.seed = seed
        self.processes = processes
        self.tasks = tasks
        self.threads = threads
        self.rate = rate
        self.url = url
        self.prefix = prefix
        self.start = start
        self.end = end
        self.deadline = deadline
    }
}
