internal import Console
internal import Foundation
internal import Hiredis
internal import LocalServers
internal import SeededRandom
internal import StressChecker
internal import StressHistory
internal import Weir

/// A run from its beginning to its verdict: processes, load, faults, the last account, the check, the report.
package struct StressRun: Sendable {
    private let options: StressOptions
    private let workload = Workload()

    package init(_ options: StressOptions) { self.options = options }

    /// Runs it all, prints what came of it, and returns whether no invariant was broken.
    package func run() async throws -> Bool {
        print("seed \(options.seed): --seed \(options.seed) makes the same choices again")
        if options.topology != .single, !options.faultsLeftOut.isEmpty {
            print("left out of the faults: \(Topology.needs(of: options.faultsLeftOut))")
        }
        let site = try await RunSite(options)
        do {
            let isClean = try await run(at: site)
            await site.close()
            return isClean
        } catch {
            await site.close()
            throw error
        }
    }

    private func run(at site: RunSite) async throws -> Bool {
        try await site.checkClock()
        let start = EpochClock.now + 500_000
        let plan = StressPlan(
            seed: options.seed,
            processes: options.processes,
            tasks: options.tasks,
            threads: options.threads,
            rate: options.rate,
            url: site.workerURL,
            prefix: "stress.\(String(UInt32.random(in: 0...UInt32.max), radix: 16))",
            start: start,
            end: start + Int(options.seconds * 1_000_000),
            deadline: options.deadline
        )
        let changer = try LimitChanger(url: site.url, prefix: plan.prefix, workload: workload, seed: plan.seed)
        do {
            return try await run(plan, at: site, changer: changer)
        } catch {
            // Not as a part of this task, which may have been cancelled: what was set would stay for ever.
            await Task { try? await changer.end() }.value
            throw error
        }
    }

    private func run(_ plan: StressPlan, at site: RunSite, changer: LimitChanger) async throws -> Bool {
        try await changer.begin()
        let crew = try Crew(plan, in: site.directory.path, program: URL(filePath: "/proc/self/exe"))
        let (faults, resources) = try await load(plan, at: site, crew: crew, changer: changer)
        let ended = EpochClock.now
        try await changer.end()
        let last = site.directory.appending(path: "account.records").path
        try await FinalAccount(url: site.url, prefix: plan.prefix, process: crew.all.count).write(
            to: last,
            of: workload
        )

        var outcome = RunOutcome(options: options, plan: plan, crew: crew, faults: faults, workload: workload)
        outcome.records =
            crew.all.map { ($0.record, $0.killed ?? ended, $0.killed != nil) } + [(last, ended, false)]
        outcome.connections = try crew.all.map { try ConnectionAttempts(path: $0.connections) }
        outcome.redisVersion = try await site.info("server", "redis_version")
        outcome.place = site.place
        outcome.audit = try await site.audit(prefix: plan.prefix)
        outcome.resources = resources
        outcome.recordingCost = try RecordingCost.measure(workload, in: site.directory)
        if options.isSoak { outcome.leftovers = try await leftovers(of: plan, at: site) }
        ProgressLine.show("checking")
        try outcome.examine()
        ProgressLine.show("")
        outcome.printAll()
        if let report = options.report { try outcome.write(Report(outcome.summary).html, to: report) }
        if let path = options.picture, let picture = outcome.picture { try outcome.write(picture, to: path) }
        return outcome.isClean
    }

    /// The load, with faults and changed limits meanwhile; returns the faults that there were.
    private func load(
        _ plan: StressPlan,
        at site: RunSite,
        crew: Crew,
        changer: LimitChanger
    ) async throws -> (faults: [Fault], resources: ResourceWatch?) {
        try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask { .faults(try await makeFaults(plan, at: site, crew: crew)) }
            if options.isSoak { group.addTask { .resources(await watch(crew, at: site, until: plan.end)) } }
            group.addTask {
                await changer.run(until: plan.end)
                return .other
            }
            group.addTask {
                try await ProgressDisplay(crew: crew, start: plan.start).run(until: plan.end)
                try await crew.wait()
                return .other
            }
            var faults: [Fault] = []
            var resources: ResourceWatch?
            while let part = try await next(in: &group, of: crew) {
                switch part {
                case .faults(let made): faults = made
                case .resources(let watch): resources = watch
                case .other: break
                }
            }
            return (faults, resources)
        }
    }

    /// What the next part of the load returns; if it fails, nobody is to go on asking.
    private func next(in group: inout ThrowingTaskGroup<Part, any Error>, of crew: Crew) async throws -> Part? {
        do {
            return try await group.next()
        } catch {
            crew.end()
            throw error
        }
    }

    /// What the parts of a load return.
    private enum Part: Sendable {
        case faults([Fault]), resources(ResourceWatch), other
    }

    private func makeFaults(_ plan: StressPlan, at site: RunSite, crew: Crew) async throws -> [Fault] {
        guard let maker = try await site.faultMaker(killWorker: { try crew.replaceOne(&$0) }) else { return [] }
        let planned = FaultPlan(kinds: site.faults, seed: plan.seed, duration: .seconds(options.seconds))
        if !planned.missing.isEmpty {
            print("the run is too short for \(planned.missing.map(\.rawValue).joined(separator: ", "))")
        }
        var made: [Fault] = []
        for fault in planned.faults {
            // Later than planned, if the one before took longer than planned.
            try await EpochClock.sleep(until: max(plan.start + fault.begins.microseconds, made.last?.settled ?? 0))
            guard planned.hasRoom(for: fault, at: .microseconds(EpochClock.now - plan.start)) else {
                print("without a \(fault.kind.rawValue) at the end: the faults before took longer than planned")
                continue
            }
            if let fault = try await maker.carryOut(fault) { made.append(fault) }
        }
        try await maker.expectNoSurprise()
        return made
    }

    /// Looks at all processes every second.
    private func watch(_ crew: Crew, at site: RunSite, until end: Int) async -> ResourceWatch {
        var watch = ResourceWatch()
        while EpochClock.now < end, !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            for worker in crew.all where worker.isRunning {
                watch.look(at: "worker \(worker.number)", worker.identifier)
            }
            for identifier in site.deployment?.processIdentifiers ?? [] {
                watch.look(at: "redis \(identifier)", identifier)
            }
        }
        return watch
    }

    /// How many keys are left when the longest window is over and a second more.
    private func leftovers(of plan: StressPlan, at site: RunSite) async throws -> Int {
        let longest = Workload.longestPeriod
        try await EpochClock.sleep(until: EpochClock.now + longest + 2_500_000)
        return try await site.audit(prefix: plan.prefix).count
    }
}
