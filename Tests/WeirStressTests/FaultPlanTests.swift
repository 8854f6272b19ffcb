import StressHarness
import StressHistory
import Testing

@Suite struct FaultPlanTests {
    private static let all = Fault.Kind.allCases

    @Test(arguments: [0, 1, 7, UInt64.max] as [UInt64])
    func theSameSeedMakesTheSamePlan(seed: UInt64) {
        let plan = FaultPlan(kinds: Self.all, seed: seed, duration: .seconds(120))
        #expect(plan == FaultPlan(kinds: Self.all, seed: seed, duration: .seconds(120)))
        #expect(plan != FaultPlan(kinds: Self.all, seed: seed &+ 1, duration: .seconds(120)))
    }

    @Test func everyKindOccursBeforeAnyOccursAgain() {
        for seed in 0..<50 as Range<UInt64> {
            let plan = FaultPlan(kinds: Self.all, seed: seed, duration: .seconds(180))
            #expect(plan.missing.isEmpty)
            for start in stride(from: 0, to: plan.faults.count, by: Self.all.count) {
                let deck = plan.faults[start...].prefix(Self.all.count).map(\.kind)
                #expect(Set(deck).count == deck.count, "seed \(seed)")
            }
        }
    }

    @Test func theOrderIsAnotherForAnotherSeed() {
        let orders = (0..<20 as Range<UInt64>).map { seed in
            FaultPlan(kinds: Self.all, seed: seed, duration: .seconds(60)).faults.prefix(8).map(\.kind)
        }
        #expect(Set(orders).count > 15)
    }

    @Test(arguments: [5, 10, 31, 120], [Duration.seconds(2), .milliseconds(500), .seconds(7)])
    func faultsKeepTheirDistances(seconds: Int, pace: Duration) {
        let duration = Duration.seconds(seconds)
        for seed in 0..<50 as Range<UInt64> {
            let plan = FaultPlan(kinds: Self.all, seed: seed, duration: duration, every: pace)
            for fault in plan.faults {
                #expect(fault.begins >= .seconds(1))
                #expect(fault.begins <= duration - .seconds(3))
                #expect(fault.length >= .zero)
                #expect(fault.settles <= duration - .seconds(2))
            }
            for (fault, next) in zip(plan.faults, plan.faults.dropFirst()) {
                #expect(next.begins >= fault.settles + .seconds(1))
            }
        }
    }

    @Test func faultsBeginAboutAsOftenAsAsked() {
        // Of a kind that is over at once, so that nothing but the pace keeps them apart.
        let plan = FaultPlan(kinds: [.workerKill], seed: 5, duration: .seconds(1004), every: .seconds(2))
        #expect((475...525).contains(plan.faults.count))
    }

    @Test func stopsLastFromATenthOfASecondToThree() {
        let lengths = FaultPlan(kinds: [.stop], seed: 3, duration: .seconds(2000)).faults.map(\.length)
        #expect(lengths.allSatisfy { $0 >= .milliseconds(100) && $0 <= .seconds(3) })
        #expect(lengths.contains { $0 < .milliseconds(500) } && lengths.contains { $0 > .milliseconds(2500) })
    }

    @Test func partitionsLastFromATenthOfASecondToFive() {
        let lengths = FaultPlan(kinds: [.partition], seed: 3, duration: .seconds(2000)).faults.map(\.length)
        #expect(lengths.allSatisfy { $0 >= .milliseconds(100) && $0 <= .seconds(5) })
        #expect(lengths.contains { $0 < .seconds(1) } && lengths.contains { $0 > .seconds(4) })
    }

    @Test func whatAPartitionHoldsUpHasArrivedBeforeTheNextFault() {
        let plan = FaultPlan(kinds: [.partition, .stop], seed: 4, duration: .seconds(500))
        for (fault, next) in zip(plan.faults, plan.faults.dropFirst()) where fault.kind == .partition {
            #expect(next.begins >= fault.ends + fault.length + .seconds(1))
        }
        #expect(plan.faults.contains { $0.kind == .partition })
    }

    @Test func aShortRunTellsWhatIsMissing() {
        let plan = FaultPlan(kinds: Self.all, seed: 1, duration: .seconds(10))
        #expect(!plan.faults.isEmpty)
        #expect(Set(plan.missing).union(plan.faults.map(\.kind)) == Set(Self.all))
        #expect(Set(plan.missing).isDisjoint(with: plan.faults.map(\.kind)))
        #expect(FaultPlan(kinds: Self.all, seed: 1, duration: .seconds(2)).missing == Self.all)
    }

    @Test func withoutKindsNothingHappens() {
        #expect(FaultPlan(kinds: [], seed: 1, duration: .seconds(60)).faults.isEmpty)
    }

    @Test func aListNamesItsFaults() throws {
        #expect(try FaultList("all").kinds == Self.all)
        #expect(try FaultList("none").kinds == [])
        #expect(try FaultList("stop , worker-kill,stop").kinds == [.stop, .workerKill])
    }

    @Test(arguments: ["", "stop,", "stop,all", "Stop", "reboot"])
    func anUnknownNameIsAnErrorThatListsTheNames(list: String) {
        let error = #expect(throws: FaultList.Invalid.self) { try FaultList(list) }
        for kind in Self.all { #expect(error?.description.contains(kind.rawValue) == true) }
    }

    @Test func onlyWhatIsNamedHasToBePossible() throws {
        #expect(try FaultList("all").isAny)
        #expect(try !FaultList("partition,stop").isAny)
        #expect(FaultList.all(but: .restart).isAny)
        #expect(FaultList.all(but: .restart, .failover).kinds == Self.all.filter { $0 != .restart && $0 != .failover })
        #expect(FaultList.all(but: .restart).kinds == Self.all.filter { $0 != .restart })
    }

    @Test(arguments: Topology.allCases)
    func ofAllFaultsThoseThatAreNotPossibleAreLeftOut(topology: Topology) throws {
        let possible = try FaultList("all").possible(in: topology)
        #expect(Set(possible.kinds) == Set(topology.faults) && possible.isAny)
        #expect(try FaultList("none").possible(in: topology).kinds == [])
        let names = topology.faults.map(\.rawValue).joined(separator: ",")
        #expect(try FaultList(names).possible(in: topology).kinds == topology.faults)
        for kind in Self.all where !topology.faults.contains(kind) {
            let error = #expect(throws: FaultList.Invalid.self) {
                try FaultList("worker-kill,\(kind.rawValue)").possible(in: topology)
            }
            #expect(error?.description.hasPrefix("no \(kind.rawValue) here: ") == true)
        }
    }

    @Test func aFaultThatTakesItsTimeIsOverBeforeTheRun() {
        for seed in 0..<50 as Range<UInt64> {
            let plan = FaultPlan(kinds: Topology.cluster.faults, seed: seed, duration: .seconds(60))
            for fault in plan.faults where fault.kind == .failover {
                #expect(fault.length >= .seconds(5))
                #expect(plan.hasRoom(for: fault, at: fault.begins))
                #expect(!plan.hasRoom(for: fault, at: .seconds(55)))
            }
        }
        let stop = PlannedFault(kind: .stop, length: .seconds(3), seed: 1)
        #expect(FaultPlan(kinds: [.stop], seed: 1, duration: .seconds(60)).hasRoom(for: stop, at: .seconds(59)))
        #expect(FaultPlan(kinds: [.failover], seed: 1, duration: .seconds(8)).missing == [.failover])
    }

    @Test func everyEffectIsOneSentence() {
        for kind in Self.all {
            #expect(kind.effect.hasSuffix("."))
            #expect(kind.effect.filter { $0 == "." }.count == 1, "\(kind)")
        }
    }
}
