import ArgumentParser
import StressHarness

extension Topology: ExpressibleByArgument {}
