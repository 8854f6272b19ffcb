extension RunSummary {
    /// What was run, where and when.
    package struct Setting: Sendable, Hashable {
        /// When the first decision was asked for.
        package var start: Int
        /// How long decisions were asked for.
        package var seconds: Double
        package var processes: Int
        /// How many tasks of a process ask at a time.
        package var tasks: Int
        /// What the run's chances were drawn from.
        package var seed: UInt64
        /// Decisions a second that all processes together aimed at; nil if they went as fast as possible.
        package var pace: Int?
        /// Which Redis it was; a password in an address is left out of the report.
        package var place: String
        package var redisVersion: String
        /// The processor and how many cores of it were used.
        package var machine: String
        /// What runs it again; a password in an address is left out of the report.
        package var command: String

        package init(
            start: Int,
            seconds: Double,
            processes: Int,
            tasks: Int,
            seed: UInt64,
            pace: Int?,
            place: String,
            redisVersion: String,
            machine: String,
            command: String
        ) {
            self.start = start
            self.seconds = seconds
            self.processes = processes
            self.tasks = tasks
            self.seed = seed
            self.pace = pace
            self.place = place
            self.redisVersion = redisVersion
            self.machine = machine
            self.command = command
        }
    }
}
