import ArgumentParser
import StressHarness

extension TaskThreads: ExpressibleByArgument {}
