import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing
import Weir
import WeirHTTP

@testable import WeirPolicy

/// What becomes of a policy whose file changes, with real files.
@Suite struct PolicyFileTests {
    private let directory: PolicyDirectory
    private let log = RecordedLog()

    init() throws { directory = try PolicyDirectory() }

    private func watched() throws -> PolicyFile { try PolicyFile(path: directory.file, logger: log.logger) }

    /// What the rule allows that is in force.
    private func limit(_ file: PolicyFile) -> Int? {
        guard case .limit(let limit) = file.current.rules.first?.allowance else { return nil }
        return limit.count
    }

    /// As many looks as a change takes.
    private func look(_ file: PolicyFile, times: Int = 2) async {
        for _ in 0..<times { await file.look() }
    }

    @Test func aServiceDoesNotStartWithAFileThatIsMissingOrWrong() throws {
        #expect(throws: PolicyError.self) { try watched() }
        try directory.write("version: 1\n")
        #expect(throws: PolicyError.self) { try watched() }
        try directory.write("\u{0}")
        #expect(throws: PolicyError.self) { try watched() }
        try Data([0xFF, 0xFE, 0x00]).write(to: directory.url.appending(path: "policy.yaml"))
        #expect(throws: PolicyError.self) { try watched() }
    }

    @Test func aDirectoryIsNoFile() throws {
        let error = #expect(throws: PolicyError.self) { try Policy(contentsOf: directory.url.path) }
        #expect(error?.code == .unreadable)
    }

    @Test func aPipeIsNotWaitedFor() throws {
        #expect(mkfifo(directory.file, 0o600) == 0)
        let error = #expect(throws: PolicyError.self) { try Policy(contentsOf: directory.file) }
        #expect(error?.code == .unreadable)
    }

    @Test(arguments: [Duration.zero, .seconds(3601)])
    func anIntervalThatMakesNoSenseIsRefused(_ interval: Duration) throws {
        try directory.write(PolicyDirectory.yaml(5))
        #expect(throws: PolicyError.self) { try PolicyFile(path: directory.file, interval: interval) }
    }

    @Test func whatIsWrittenIntoTheFileIsInForce() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let file = try watched()
        await look(file)
        try directory.write(PolicyDirectory.yaml(6))
        await look(file)
        #expect(limit(file) == 6)
    }

    @Test func whatIsRenamedOverTheFileIsInForce() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let file = try watched()
        await look(file)
        try directory.replace(PolicyDirectory.yaml(7))
        await look(file)
        #expect(limit(file) == 7)
    }

    @Test func aLinkThatIsSwappedOnTheWayIsSeen() async throws {
        try directory.mount(PolicyDirectory.yaml(5), version: "..1")
        let file = try watched()
        await look(file)
        #expect(limit(file) == 5)
        try directory.mount(PolicyDirectory.yaml(8), version: "..2")
        await look(file)
        #expect(limit(file) == 8)
    }

    @Test func aFileOfTheSameSizeAndTimeIsSeen() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let time = Date(timeIntervalSince1970: 1_700_000_000)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: directory.file)
        let file = try watched()
        await look(file)
        try directory.write(PolicyDirectory.yaml(9))
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: directory.file)
        await look(file)
        #expect(limit(file) == 9)
    }

    @Test func whatWasWrittenBetweenTheStartAndTheFirstLookIsInForce() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let file = try watched()
        try directory.write(PolicyDirectory.yaml(6))
        await look(file)
        #expect(limit(file) == 6)
    }

    @Test func aFileThatIsBeingWrittenIsNotTaken() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let file = try watched()
        await look(file)
        for limit in 10..<15 {
            try directory.write(PolicyDirectory.yaml(limit))
            await look(file, times: 1)
            #expect(self.limit(file) == 5)
        }
        await look(file, times: 1)
        #expect(limit(file) == 14)
    }

    @Test func anInvalidFileIsToldOnceAndTheOldPolicyStaysUntilItIsGoodAgain() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let file = try watched()
        await look(file)
        try directory.write("version: 1\nrules: [{name: group, per: group, limt: 6/minute}]\n")
        await look(file, times: 10)
        #expect(limit(file) == 5)
        #expect(log.warnings.count == 1)
        #expect(log.warnings.first?.contains("line 2, column 35: 'limt' is not known here") == true)
        try directory.write(PolicyDirectory.yaml(5))
        await look(file)
        #expect(log.lines.count { $0.contains("good again") } == 1)
        #expect(log.lines.count { $0.contains("a new policy") } == 0)
        try directory.write("rules")
        await look(file, times: 3)
        #expect(log.warnings.count == 2)
    }

    @Test func aFileThatIsGoneIsToldOnceAndTheOldPolicyStays() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let file = try watched()
        await look(file)
        try directory.remove()
        await look(file, times: 5)
        #expect(limit(file) == 5)
        #expect(log.warnings.count == 1)
        #expect(log.warnings.first?.contains("is gone") == true)
        try directory.write(PolicyDirectory.yaml(6))
        await look(file)
        #expect(limit(file) == 6)
        #expect(log.lines.count { $0.contains("good again") } == 1)
    }

    @Test func everyNewPolicyIsHandedOnOnce() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let file = try watched()
        let seen = Mutex<[Policy]>([])
        file.whenChanged { policy in seen.withLock { $0.append(policy) } }
        await look(file, times: 3)
        #expect(seen.withLock { $0.isEmpty })
        try directory.write(PolicyDirectory.yaml(6))
        await look(file, times: 5)
        try directory.write("# the same\n" + PolicyDirectory.yaml(6))
        await look(file, times: 5)
        #expect(seen.withLock { $0 } == [file.current])
    }

    @Test func whatCannotBeAppliedLeavesTheOldPolicyAndIsTriedAgain() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let file = try watched()
        let isReady = Mutex(false)
        file.whenChanged { _ in
            if !isReady.withLock({ $0 }) { throw WeirError(.shutDown, "not yet") }
        }
        await look(file)
        try directory.write(PolicyDirectory.yaml(6))
        await look(file, times: 6)
        #expect(limit(file) == 5)
        #expect(log.warnings.count == 1)
        isReady.withLock { $0 = true }
        await look(file)
        #expect(limit(file) == 6)
    }

    @Test func aLimiterAKeeperAndTheResponsesFollow() async throws {
        try directory.write(PolicyDirectory.yaml(1))
        let file = try watched()
        let limiter = try RateLimiter(inMemory: InMemoryStore(), rules: file.current.resolvedRules)
        let keeper = try QuotaKeeper(inMemory: InMemoryStore(), quotas: file.current.quotas)
        let responses = try CurrentResponses(file.current)
        file.keepUpToDate(limiter, keeper, responses)
        let group = Descriptor(group: "acme")
        #expect(try await limiter.acquire(group).isAllowed)
        #expect(try await !limiter.acquire(group).isAllowed)
        try directory.write(PolicyDirectory.yaml(2) + "quotas: {sites: 0}\nresponses: {sites: {code: full}}\n")
        await look(file, times: 3)
        #expect(try await limiter.acquire(group).isAllowed)
        #expect(try await !limiter.acquire(group).isAllowed)
        #expect(try await keeper.siteUsage(of: "acme").quota == 0)
        #expect(responses.response(refused: try await keeper.siteUsage(of: "acme")).body.contains(#""code":"full""#))
    }

    @Test func aRunningServiceFollowsTheFileUntilItIsShutDown() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let file = try PolicyFile(path: directory.file, interval: .milliseconds(5), logger: log.logger)
        let quiet = Logger(label: "service") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(services: [file], logger: quiet)
        let running = Task { try await group.run() }
        try directory.replace(PolicyDirectory.yaml(6))
        #expect(try await eventually { limit(file) == 6 })
        // At once: one that is empty for a moment is complained of too.
        try directory.replace("broken: [")
        #expect(try await eventually { log.warnings.count == 1 })
        try directory.replace(PolicyDirectory.yaml(7))
        #expect(try await eventually { limit(file) == 7 })
        await group.triggerGracefulShutdown()
        try await running.value
    }

    @Test func whatDoesNotKeepItsCountIsToldInTheLog() async throws {
        try directory.write(PolicyDirectory.yaml(5))
        let file = try watched()
        await look(file)
        try directory.write("version: 1\nrules: [{name: calls, per: group, limit: 5/minute}]\n")
        await look(file)
        #expect(log.warnings.count == 1)
        #expect(log.warnings.first?.contains("rule 'group' is gone") == true)
    }
}
