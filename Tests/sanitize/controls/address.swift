/// Uses memory that was given back, or never gives it back: what Address Sanitizer has to report.
func allocate() -> UnsafeMutablePointer<Int> {
    let memory = UnsafeMutablePointer<Int>.allocate(capacity: 1000)
    memory.initialize(repeating: 1, count: 1000)
    return memory
}

if CommandLine.arguments.dropFirst().first == "leak" {
    // Several, for the last one may still be found where it was last used.
    for _ in 0..<10 { print(allocate()[CommandLine.arguments.count]) }
} else {
    let memory = allocate()
    memory.deallocate()
    print(memory[CommandLine.arguments.count])
}
